using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.SshNet;

/// <summary>
/// Sessions over the library SSH.NET, where there is no ssh client, or one too old to be given a password. It reads the same known_hosts files; it knows
/// neither agents nor <c>~/.ssh/config</c>.
/// </summary>
public sealed class SshNetConnector : ISshConnector
{
    private readonly GostBtPaths _paths;
    private readonly IOperationLog _log;

    /// <param name="paths">Where GostBt's own known hosts are.</param>
    /// <param name="log">Told about each round trip.</param>
    public SshNetConnector(GostBtPaths paths, IOperationLog log)
    {
        _paths = paths;
        _log = log;
    }

    /// <inheritdoc/>
    public async Task<ISshSession> ConnectAsync(SshOptions options, CancellationToken cancellationToken)
    {
        if (options.ConfigFile is not null)
        {
            throw new GostBtException(
                GostBtFailure.SshMissing,
                "An ssh configuration file is read by OpenSSH only, which is missing here or too old to be given a password.",
                "Install OpenSSH 8.4 or later, or give host, user, port and key as parameters.");
        }

        if (options.IdentityFile is { } identity && !File.Exists(identity))
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"The identity file {identity} does not exist.", "Give the path of an existing file.");
        }

        var route = new Route(options, new TrustedKeys(_paths));
        var (only, contacted) = await new HostKeyPolicy(_paths).SettleAsync(
            options,
            route.Target.Keys.Known,
            cancel => Abandonable.RunAsync(run => route.AskHostAsync(run), options.ConnectTimeout + options.ConnectTimeout, options, cancel),
            cancellationToken).ConfigureAwait(false);
        route.Trust(only);
        var session = new SshNetSession(route, _log);
        if (contacted)
        {
            session.CountRoundTrip("the host key");
        }

        return session;
    }
}
