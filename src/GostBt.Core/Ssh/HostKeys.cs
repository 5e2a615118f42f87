using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Ssh;

/// <summary>Settles whether a host's key is to be trusted, with OpenSSH's programs: what its known_hosts files say, and what the host shows.</summary>
internal sealed class HostKeys(GostBtPaths paths, SshPrograms programs, HostBinaries host)
{
    /// <inheritdoc cref="HostKeyPolicy.SettleAsync"/>
    public async Task<(string? OnlyLine, bool Contacted)> SettleAsync(SshOptions options, SshClientSettings settings, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(settings, cancellationToken).ConfigureAwait(false);
        return await new HostKeyPolicy(paths).SettleAsync(options, known, cancel => AskHostAsync(options, settings, cancel), cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<HostKey>> KnownAsync(SshClientSettings settings, CancellationToken cancellationToken)
    {
        var keys = new List<HostKey>();
        foreach (var file in settings.UserKnownHosts.Concat(settings.GlobalKnownHosts).Append(paths.KnownHosts).Where(File.Exists))
        {
            var found = await programs.RunKeygenAsync(["-F", settings.KnownHostsName, "-f", file], cancellationToken).ConfigureAwait(false);
            keys.AddRange(HostKey.ParseLines(found.Output));
        }

        return keys;
    }

    /// <summary>
    /// Learns the key over the way that ssh itself takes (jump hosts, configuration), without logging in: the only authentication tried is "none", and
    /// the only file it may write the key to is a temporary one.
    /// </summary>
    private async Task<HostKey> AskHostAsync(SshOptions options, SshClientSettings settings, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetTempPath(), "gostbt-" + Guid.NewGuid().ToString("N"));
        PrivateFile.CreateFolder(folder);
        try
        {
            // Only the jump hosts log in, with a key that may have a passphrase; the host itself is told nothing.
            var asks = options with { Password = null };
            using var channel = settings.IsDirect ? null : AskpassChannel.Open(asks, settings, host);
            var file = Path.Combine(folder, "known_hosts");
            var outcome = await programs.RunSshAsync(
                [
                    .. SshArguments.Target(options),
                    .. SshArguments.Manner(asks, channel is not null),
                    "-o", "StrictHostKeyChecking=accept-new",
                    "-o", "UserKnownHostsFile=" + SshArguments.FileList([file]),
                    "-o", "GlobalKnownHostsFile=none",
                    "-o", "HashKnownHosts=no",
                    "-o", "PreferredAuthentications=none",
                    "-o", "PubkeyAuthentication=no",
                    "--", options.Target.Host, "exit",
                ],
                null,
                options.ConnectTimeout + options.ConnectTimeout,
                channel,
                cancellationToken).ConfigureAwait(false);
            var keys = File.Exists(file) ? HostKey.ParseLines(File.ReadAllText(file)) : [];
            return keys.Count > 0 ? keys[0] : throw SshFailure.Classify(options, outcome.Error, channel?.Given);
        }
        catch (GostBtException e) when (e.Failure == GostBtFailure.Timeout)
        {
            throw new GostBtException(
                GostBtFailure.HostUnreachable,
                $"{options.Target} ({settings.HostName} port {settings.Port}) did not answer within {(options.ConnectTimeout + options.ConnectTimeout).TotalSeconds:0} s.",
                "Check that the server is on, that its address and ssh port are right, and that the provider's firewall lets ssh in.",
                e);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
