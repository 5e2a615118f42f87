using GostBt.Model;
using GostBt.Profiles;
using GostBt.Tunnel;

namespace GostBt.Ssh;

/// <summary>
/// The connector of the cmdlets and of <c>gostbt</c>: OpenSSH's client where it can serve the login, because keys, agents, jump hosts and configuration
/// work there as the user has them; else GostBt.SshNet, where it lies beside this assembly.
/// </summary>
public sealed class SshConnectors : ISshConnector
{
    private const string SshNet = "GostBt.SshNet.SshNetConnector, GostBt.SshNet";

    private readonly OpenSshConnector _openSsh;
    private readonly Lazy<ISshConnector?> _sshNet;
    private readonly IOperationLog _log;

    /// <param name="paths">Where GostBt's own known hosts are.</param>
    /// <param name="host">Finds the <c>gostbt</c> that answers ssh's questions for a password.</param>
    /// <param name="log">Told about each round trip.</param>
    public SshConnectors(GostBtPaths paths, HostBinaries host, IOperationLog log)
    {
        _log = log;
        _openSsh = new OpenSshConnector(paths, log, host: host);
        _sshNet = new(() => LoadSshNet(paths, log));
    }

    internal SshConnectors(OpenSshConnector openSsh, ISshConnector? sshNet, IOperationLog log)
    {
        _log = log;
        _openSsh = openSsh;
        _sshNet = new(() => sshNet);
    }

    /// <inheritdoc/>
    public async Task<ISshSession> ConnectAsync(SshOptions options, CancellationToken cancellationToken)
    {
        GostBtException obstacle;
        try
        {
            return await _openSsh.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (GostBtException e) when (e.Failure is GostBtFailure.SshMissing or GostBtFailure.EngineFailed)
        {
            obstacle = e;
        }

        if (options.ConfigFile is not null || _sshNet.Value is not { } sshNet)
        {
            throw obstacle;
        }

        _log.Verbose($"{obstacle.Message} GostBt's own ssh (SSH.NET) is used instead.");
        return await sshNet.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
    }

    // Looked for where this assembly comes from: in the module that is its load context. Missing where its package could not be restored.
    private static ISshConnector? LoadSshNet(GostBtPaths paths, IOperationLog log)
    {
        try
        {
            return Type.GetType(SshNet, throwOnError: false) is { } type ? (ISshConnector)Activator.CreateInstance(type, paths, log) : null;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or System.Reflection.TargetInvocationException)
        {
            log.Verbose("GostBt.SshNet cannot be loaded: " + e.Message);
            return null;
        }
    }
}
