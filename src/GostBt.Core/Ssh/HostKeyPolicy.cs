using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Ssh;

/// <summary>Whether a host's key is to be trusted, whoever connects: what is known, what the user gave, and the question at first contact.</summary>
internal sealed class HostKeyPolicy(GostBtPaths paths)
{
    /// <summary>Comes back when the key is known or was accepted; the session then checks it strictly.</summary>
    /// <param name="options">The target and what the user said about its key.</param>
    /// <param name="known">The keys known for the host.</param>
    /// <param name="askHost">Learns the key that the host shows now, without logging in.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>
    /// The known_hosts line to trust alone, when a fingerprint was given or the key is not kept, else null; and whether the host was contacted.
    /// </returns>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.HostKeyUnknown"/>, <see cref="GostBtFailure.HostKeyChanged"/> or no answer.</exception>
    public async Task<(string? OnlyLine, bool Contacted)> SettleAsync(
        SshOptions options, IReadOnlyList<HostKey> known, Func<CancellationToken, Task<HostKey>> askHost, CancellationToken cancellationToken)
    {
        if (options.HostKeyFingerprint is not { } wanted)
        {
            if (known.Count == 0)
            {
                var key = await askHost(cancellationToken).ConfigureAwait(false);
                await RequireAcceptedAsync(options, key, cancellationToken).ConfigureAwait(false);
                return (Remember(options, key), true);
            }

            return (null, false);
        }

        var match = known.FirstOrDefault(key => key.Fingerprint == wanted);
        if (match is not null)
        {
            return (match.Line, false);
        }

        var shown = await askHost(cancellationToken).ConfigureAwait(false);
        if (shown.Fingerprint != wanted)
        {
            throw new GostBtException(
                GostBtFailure.HostKeyChanged,
                $"{options.Target} shows the {shown.KeyType} key {shown.Fingerprint}, not the given {wanted}; nothing was sent.",
                "Read the fingerprint in your provider's console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub). If it is not the shown one, stop.");
        }

        if (known.Any(key => key.Algorithm == shown.Algorithm))
        {
            throw SshFailure.HostKeyChanged(options);
        }

        Remember(options, shown);
        return (shown.Line, true);
    }

    private static async Task RequireAcceptedAsync(SshOptions options, HostKey shown, CancellationToken cancellationToken)
    {
        var accepted = options.AcceptHostKey
            || (options.ConfirmHostKey is { } ask
                && await ask(new HostKeyQuestion(options.Target.Host, shown.KeyType, shown.Fingerprint), cancellationToken).ConfigureAwait(false));
        if (!accepted)
        {
            throw new GostBtException(
                GostBtFailure.HostKeyUnknown,
                $"{options.Target} is seen for the first time. Its {shown.KeyType} key is {shown.Fingerprint}.",
                "Compare it with the fingerprint in your provider's console, then repeat with "
                    + $"-HostKeyFingerprint '{shown.Fingerprint}', or with -AcceptHostKey to trust it unseen.");
        }
    }

    /// <summary>Keeps a key for later sessions, if it is to be kept.</summary>
    /// <returns>The line that this session trusts alone where it is not; else null.</returns>
    private string? Remember(SshOptions options, HostKey key)
    {
        if (!options.RememberHostKey)
        {
            return key.Line;
        }

        PrivateFile.CreateFolder(paths.Configuration);
        File.AppendAllText(paths.KnownHosts, key.Line + "\n");
        return null;
    }
}
