using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Ssh;

/// <summary>
/// Sessions over the system's own <c>ssh</c>, so that keys, agents, hardware keys, jump hosts and <c>~/.ssh/config</c> work as the user has them.
/// </summary>
public sealed class OpenSshConnector : ISshConnector
{
    private readonly GostBtPaths _paths;
    private readonly IOperationLog _log;
    private readonly SshPrograms _programs;
    private readonly HostBinaries _host;

    // SSH_ASKPASS_REQUIRE, without which ssh would ask at the terminal.
    private static readonly Version Askpass = new(8, 4);

    // From here on ssh says before a server's own words whose they are. A jump host's could otherwise be the very question for the target's password.
    private static readonly Version Named = new(8, 5);

    /// <param name="paths">Where GostBt's own known hosts are.</param>
    /// <param name="log">Told about each round trip.</param>
    /// <param name="sshPath">The ssh client: a path, or a name on PATH.</param>
    /// <param name="keygenPath">The ssh-keygen beside it.</param>
    /// <param name="host">Finds the <c>gostbt</c> that answers ssh's questions for a password; null looks around this process.</param>
    public OpenSshConnector(GostBtPaths paths, IOperationLog log, string sshPath = "ssh", string keygenPath = "ssh-keygen", HostBinaries? host = null)
    {
        _paths = paths;
        _log = log;
        _host = host ?? new HostBinaries();
        _programs = new SshPrograms(sshPath, keygenPath);
    }

    /// <inheritdoc/>
    public async Task<ISshSession> ConnectAsync(SshOptions options, CancellationToken cancellationToken)
    {
        var version = await RequireAnswersAsync(options, cancellationToken).ConfigureAwait(false);
        RequireFile(options.IdentityFile, "identity file");
        RequireFile(options.ConfigFile, "ssh configuration file");
        var settings = await _programs.SettingsAsync(options, cancellationToken).ConfigureAwait(false);
        if (options.AnswersQuestions && !settings.IsDirect && (version is null || version < Named))
        {
            // What only ssh's own configuration says, no other client does.
            var failure = options.JumpHost is null ? GostBtFailure.UnsupportedSystem : GostBtFailure.SshMissing;
            throw TooOld(failure, version, "which does not say whether it or a jump host asks for a password or passphrase", Named);
        }

        var (onlyLine, contacted) = await new HostKeys(_paths, _programs, _host).SettleAsync(options, settings, cancellationToken).ConfigureAwait(false);
        var session = new OpenSshSession(_programs, options, settings, KnownHosts.For(settings, _paths, onlyLine), _host, _log);
        if (contacted)
        {
            session.CountRoundTrip("the host key");
        }

        return session;
    }

    /// <summary>Sees to it, before anything is tried, that ssh can be told the secrets there are.</summary>
    /// <returns>ssh's version where there is a secret and ssh says one.</returns>
    private async Task<Version?> RequireAnswersAsync(SshOptions options, CancellationToken cancellationToken)
    {
        if (!options.AnswersQuestions)
        {
            return null;
        }

        _host.FindLocal();
        var version = await _programs.VersionAsync(cancellationToken).ConfigureAwait(false);
        return version is null || version >= Askpass
            ? version
            : throw TooOld(GostBtFailure.SshMissing, version, "which can be given a password or passphrase at a terminal only", Askpass);
    }

    private static GostBtException TooOld(GostBtFailure failure, Version? version, string what, Version needed) => new(
        failure,
        $"ssh is {(version is null ? "of a version that it does not say" : "OpenSSH " + version)} here, {what}.",
        $"Install OpenSSH {needed} or later, or log in by a key without a passphrase or from an agent.");

    private static void RequireFile(string? path, string what)
    {
        // ssh itself expands a leading ~ and its own tokens.
        if (path is not null && !path.StartsWith("~", StringComparison.Ordinal) && !File.Exists(path))
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"The {what} {path} does not exist.", "Give the path of an existing file.");
        }
    }
}
