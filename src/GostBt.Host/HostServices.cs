using GostBt.AutoStart;
using GostBt.Net;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Host;

/// <summary>The use cases as the commands see them, over one user's folders.</summary>
internal sealed class HostServices(GostBtPaths paths, ConsoleOperationLog log)
{
    public GostBtPaths Paths { get; } = paths;

    public ConsoleOperationLog Log { get; } = log;

    public HostBinaries Binaries { get; } = new();

    public ProfileStore Profiles => new(Paths);

    public TunnelController Tunnels => new(Profiles, Paths, Binaries, Log);

    public AutoStarter AutoStarts => new(Profiles, Paths, Binaries, Log);

    public ISshConnector Ssh => new SshConnectors(Paths, Binaries, Log);

    public ServerProvisioner Servers => new(Ssh, Profiles, Binaries, Log);

    public PortProber Prober => new(Ssh, Profiles, Tunnels, Log);

    public SplitRouting Splits => new(Profiles, Paths, Log);
}
