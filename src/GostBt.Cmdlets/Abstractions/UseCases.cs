using GostBt.AutoStart;
using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.PowerShell.Abstractions;

/// <summary>Core's use cases for the current user, over one cmdlet's log.</summary>
internal sealed class UseCases
{
    /// <param name="log">Where they tell how they get on.</param>
    public UseCases(IOperationLog log)
    {
        var paths = GostBtPaths.ForCurrentUser();
        var host = new HostBinaries();
        var ssh = new SshConnectors(paths, host, log);
        Profiles = new ProfileStore(paths);
        Servers = new ServerProvisioner(ssh, Profiles, host, log);
        Tunnels = new TunnelController(Profiles, paths, host, log);
        AutoStarts = new AutoStarter(Profiles, paths, host, log);
        Checks = new ServerCheck(Servers, ssh, Profiles, log);
        Ports = new PublishedPorts(Servers, Profiles, Tunnels);
        Updates = new ServerUpdater(Servers, Tunnels, new CertificateRotation(ssh, Profiles, log), log);
        Backups = new ProfileBackup(Profiles, paths, log);
        ProfileRemoval = new ProfileRemoval(Profiles, Tunnels, AutoStarts);
        SplitRouting = new SplitRouting(Profiles, paths, log);
        var store = new GostStore(paths.Engines);
        GostInstaller = new GostInstaller(store, log);
        LocalEngines = new LocalEngines(store, host, log);
        ServerEngines = new ServerEngines(ssh, host);
        Probes = new PortProber(ssh, Profiles, Tunnels, log);
        TunnelTests = new TunnelTester(ssh, Profiles, Tunnels, log);
    }

    /// <summary>The profiles on disk.</summary>
    public ProfileStore Profiles { get; }

    /// <summary>Profiles as files.</summary>
    public ProfileBackup Backups { get; }

    /// <summary>Profiles that are to be forgotten.</summary>
    public ProfileRemoval ProfileRemoval { get; }

    /// <summary>The VPS side.</summary>
    public ServerProvisioner Servers { get; }

    /// <summary>The local side.</summary>
    public TunnelController Tunnels { get; }

    /// <summary>Tunnels that come up with this computer.</summary>
    public AutoStarter AutoStarts { get; }

    /// <summary>Whether servers are still what their profiles say.</summary>
    public ServerCheck Checks { get; }

    /// <summary>Changes of servers whose tunnel runs.</summary>
    public ServerUpdater Updates { get; }

    /// <summary>What is published.</summary>
    public PublishedPorts Ports { get; }

    /// <summary>Which way tracker connections take.</summary>
    public SplitRouting SplitRouting { get; }

    /// <summary>gost from its releases.</summary>
    public GostInstaller GostInstaller { get; }

    /// <summary>The engines here.</summary>
    public LocalEngines LocalEngines { get; }

    /// <summary>The engines on servers.</summary>
    public ServerEngines ServerEngines { get; }

    /// <summary>Tests of published ports.</summary>
    public PortProber Probes { get; }

    /// <summary>Tests of running tunnels.</summary>
    public TunnelTester TunnelTests { get; }
}
