using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>Reads and checks what an agent works with: at its start, and again when the profile changed. Changes nothing but the agent's own files.</summary>
internal sealed class AgentSetup(ProfileName name, ProfileStore profiles, GostBtPaths paths, AgentEngines engines)
{
    /// <summary>The system.</summary>
    public ITunnelPlatform Platform { get; } = TunnelPlatforms.Current();

    /// <summary>The agent's files.</summary>
    public AgentFiles Files { get; } = new(paths, name);

    /// <summary>Reads the profile as it is kept now.</summary>
    /// <exception cref="GostBtException">No such profile, not deployed, not root, or no engine.</exception>
    public async Task<LoadedProfile> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = profiles.Load(name);
        var profile = HomeProfile.Of(stored, Platform);
        var secrets = profiles.LoadSecrets(name);
        var configuration = new TunnelConfiguration(profile, secrets, Files, Platform.IsWindows);
        Platform.RequireTunnelRights();
        var bundled = engines.Bundled(Platform.IsWindows);
        var tun = profile.Engine == EngineKind.Gost ? await engines.GostAsync(Platform.IsWindows, cancellationToken).ConfigureAwait(false) : bundled;
        return new LoadedProfile(stored, profile, secrets!, configuration, tun, bundled);
    }

    /// <summary>What an earlier agent left to take back.</summary>
    public UndoJournal OpenJournal(LoadedProfile loaded, AgentLog log) =>
        UndoJournal.Open(Files, UndoStep.All(Files, Platform.Plan(loaded.Profile)), log.Warn);

    /// <summary>Writes what the engines read besides their configuration, and plans the routes.</summary>
    public AgentContext Prepare(LoadedProfile loaded, UndoJournal journal, AgentLog log, TrafficMeter traffic)
    {
        PrivateFile.WriteAllText(Files.Split, SplitMatchers.Write(loaded.Profile.Proxy.Split));
        PrivateFile.WriteAllText(Files.Published, PublishedUdpPorts.Write(loaded.Profile));
        if (HomeProfile.WhyNoIPv6(loaded.Stored, Platform) is { } why)
        {
            log.Warn(why);
        }

        return new AgentContext
        {
            Profile = loaded.Profile,
            Plan = Platform.Plan(loaded.Profile),
            Tun = loaded.Tun,
            Bundled = loaded.Bundled,
            Configuration = loaded.Configuration,
            Server = new PinnedServer(profiles, name, Files.Certificate, loaded.Secrets.CertificatePem),
            Ports = new StoredPorts(profiles, loaded.Stored),
            Traffic = traffic,
            Files = Files,
            Platform = Platform,
            Journal = journal,
            Log = log,
            Secret = loaded.Secrets.Password,
        };
    }

    /// <summary>Checked before the engine starts, because an engine's own words for it are less clear, and the device is nobody's to take.</summary>
    /// <param name="profile">Whose device, address and port.</param>
    /// <param name="ours">What runs already, or is just to, whose own are no obstacle; none when nothing does.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>.</exception>
    public static void RequireFree(Profile profile, params Profile[] ours)
    {
        var tunnel = profile.Tunnel;
        var device = new LocalTun(tunnel.Interface, tunnel.Client);
        if (ours.All(own => own.Tunnel.Interface != tunnel.Interface) && device.Exists)
        {
            throw Taken($"There is already a network device '{tunnel.Interface}'", "Give the profile another interface name, or end the program that made it.");
        }

        if (ours.All(own => own.Tunnel.Client != tunnel.Client) && device.HolderOfAddress() is { } holder)
        {
            throw Taken($"The address {tunnel.Client} is already on '{holder}'", "Give the profile another network.");
        }

        if (ours.All(own => own.Tunnel.Network != tunnel.Network))
        {
            HomeNetworks.RequireApart(profile);
        }

        if (ours.All(own => own.Proxy.Port != profile.Proxy.Port) && !IsFree(profile.Proxy.Port))
        {
            throw Taken(string.Format(CultureInfo.InvariantCulture, "Port {0} is already in use on 127.0.0.1", profile.Proxy.Port), "Give the profile another proxy port, or end the program that listens there.");
        }
    }

    private static bool IsFree(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            listener.Stop();
        }
    }

    private static GostBtException Taken(string what, string remedy) => new(GostBtFailure.Conflict, what + ".", remedy);
}
