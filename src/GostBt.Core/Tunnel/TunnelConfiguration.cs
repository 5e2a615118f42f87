using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GostBt.Gost;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing.Windows;

namespace GostBt.Tunnel;

/// <summary>
/// This PC's side as gost configurations. With the bundled engine one process serves everything, the TUN first, because the SOCKS5 also listens on the TUN's address. With gost
/// the TUN is a process of its own and the SOCKS5 stays with the bundled engine: gost's UDP ASSOCIATE dies of one bad datagram and its
/// bypass never matches a host name.
/// </summary>
internal sealed class TunnelConfiguration
{
    private const string TunChain = "tun";
    private const string ProxyChain = "trackers";
    private const string SplitBypass = "direct";

    private readonly Profile _profile;
    private readonly ProfileSecrets _secrets;
    private readonly AgentFiles _files;
    private readonly TunnelNetwork6? _network6;
    private readonly bool _onWindows;

    /// <param name="profile">A deployed profile.</param>
    /// <param name="secrets">Its secrets.</param>
    /// <param name="files">Where certificate, split route and published ports lie.</param>
    /// <param name="onWindows">
    /// Whether the device is an adapter of Windows: it has an identity, the same at every start, or Windows takes it for a new network each time; and gost gives it one IPv4 address only
    /// (listener/tun/tun_windows.go), the IPv6 one is the agent's to set.
    /// </param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidProfile"/>: the server is not deployed yet.</exception>
    public TunnelConfiguration(Profile profile, ProfileSecrets? secrets, AgentFiles files, bool onWindows = false)
    {
        if (secrets is null || profile.Server.PublicAddress is null)
        {
            throw new GostBtException(
                GostBtFailure.InvalidProfile,
                $"The server of '{profile.Name}' is not deployed yet.",
                "Run New-GostBtServer, or 'gostbt up' with the profile's file, first.");
        }

        _profile = profile;
        _secrets = secrets;
        _files = files;
        _onWindows = onWindows;
        _network6 = TunnelNetwork6.Of(profile);
    }

    /// <summary>
    /// Differs when an agent that runs with one must be restarted to run with the other: profile or secrets changed. Split route, published ports and the server's certificate
    /// are not part of it, the engine takes them up by itself.
    /// Tells nothing of the secrets.
    /// </summary>
    public string Fingerprint
    {
        get
        {
            using var hash = SHA256.Create();
            var text = $"{GostYaml.Write(Whole())}{_profile.Engine}";
            return BitConverter.ToString(hash.ComputeHash(Encoding.UTF8.GetBytes(text)), 0, 16).Replace("-", string.Empty);
        }
    }

    /// <summary>TUN and SOCKS5 in one process.</summary>
    public GostConfiguration Whole() => Tun() with
    {
        Services = [TunService(withIPv6: true), .. ProxyServices(_files.Published)],
        Chains = [Chain(TunChain, null), Chain(ProxyChain, SplitBypass)],
        Bypasses = [Split()],
    };

    /// <summary>The TUN alone.</summary>
    public GostConfiguration Tun(string logLevel = "info") => new()
    {
        Services = [TunService(withIPv6: !_onWindows)],
        Chains = [Chain(TunChain, null)],
        LogLevel = logLevel,
    };

    /// <summary>The SOCKS5 alone.</summary>
    public GostConfiguration Proxy() => new()
    {
        Services = [.. ProxyServices(published: null)],
        Chains = [Chain(ProxyChain, SplitBypass)],
        Bypasses = [Split()],
        LogLevel = "info",
    };

    private GostService TunService(bool withIPv6)
    {
        var tunnel = _profile.Tunnel;
        var net = string.Format(CultureInfo.InvariantCulture, "{0}/{1}", tunnel.Client, TunnelNetwork.Parse(tunnel.Network).PrefixLength);
        if (withIPv6 && _network6 is { } six)
        {
            net = string.Format(CultureInfo.InvariantCulture, "{0},{1}/{2}", net, six.ClientAddress, six.PrefixLength);
        }

        var device = new Dictionary<string, object> { ["name"] = tunnel.Interface, ["net"] = net, ["mtu"] = tunnel.Mtu };
        if (_onWindows)
        {
            device["guid"] = AdapterGuid.Of(tunnel.Interface).ToString("B");
        }

        return new GostService(
            "tun",
            ":0",
            new GostHandler("tun")
            {
                Chain = TunChain,

                // Off by default in gost: a restarted server would never learn of this client again.
                Metadata = new Dictionary<string, object> { ["keepalive"] = true, ["ttl"] = TimeSpan.FromSeconds(10) },
            },
            new GostListener("tun") { Metadata = device })
        {
            Forwarder = [new GostForwardNode("server", Endpoint("127.0.0.1", tunnel.TunPort))],
        };
    }

    // Loopback and the tunnel's own address, nowhere else: libtorrent's UDP sockets are bound to the TUN and cannot reach 127.0.0.1. And only for this PC: from the
    // server's end of the tunnel, "direct" would be a way into the home network.
    private IEnumerable<GostService> ProxyServices(string? published) =>
        [ProxyService("socks-loopback", "127.0.0.1", null), ProxyService("socks-tunnel", _profile.Tunnel.Client, published)];

    private GostService ProxyService(string name, string address, string? published)
    {
        var metadata = new Dictionary<string, object> { ["udp"] = true, ["localOnly"] = true };
        if (published is not null)
        {
            // The bundled engine's own key: while libtorrent has a SOCKS5 for UDP it ignores what comes from elsewhere, so the SOCKS5 carries what peers send to its port.
            metadata["publishedPorts"] = published;
        }

        return new GostService(
            name,
            Endpoint(address, _profile.Proxy.Port),
            new GostHandler("socks5") { Chain = ProxyChain, Metadata = metadata },
            new GostListener("tcp"));
    }

    private GostChain Chain(string name, string? bypass)
    {
        var tunnel = _profile.Tunnel;
        var node = new GostNode(
            "server",
            Endpoint(_profile.Server.PublicAddress!, tunnel.Port),
            new GostConnector("relay")
            {
                Auth = new GostAuth(_secrets.Username, _secrets.Password),

                // Waits for the relay's answer, so that a refusal reaches the SOCKS5 client as one; the server answers at once, see EngineConfiguration.
                Metadata = new Dictionary<string, object> { ["nodelay"] = true },
            },
            new GostDialer(tunnel.Transport)
            {
                Tls = new GostTls { Secure = true, CaFile = _files.Certificate, ServerName = "gostbt" },
            });
        return new GostChain(name, [new GostHop("server", [node]) { Bypass = bypass }]);
    }

    private GostBypass Split() => new(SplitBypass) { File = _files.Split, Reload = SplitMatchers.Reload };

    private static string Endpoint(string address, int port) => string.Format(CultureInfo.InvariantCulture, "{0}:{1}", address, port);
}
