using System.Globalization;
using GostBt.Gost;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>
/// The server's engine: a TUN on loopback, and one public relay over TLS that leads to it and to public addresses. Both gost and the bundled engine
/// read it.
/// </summary>
internal static class EngineConfiguration
{
    public static GostConfiguration For(Profile profile, ProfileSecrets secrets)
    {
        var folder = ServerPaths.Folder(profile.Name);
        var tunAddress = "127.0.0.1:" + profile.Tunnel.TunPort.ToString(CultureInfo.InvariantCulture);
        return new GostConfiguration
        {
            Services =
            [
                new GostService(
                    "tun",
                    tunAddress,
                    new GostHandler("tun"),
                    new GostListener("tun")
                    {
                        Metadata = new Dictionary<string, object>
                        {
                            ["name"] = ServerPaths.Device(profile.Name),
                            ["net"] = Networks(profile),
                            ["mtu"] = profile.Tunnel.Mtu,
                        },
                    }),
                new GostService(
                    "relay",
                    ":" + profile.Tunnel.Port.ToString(CultureInfo.InvariantCulture),
                    new GostHandler("relay")
                    {
                        Auther = "home",

                        // bind: SOCKS5 UDP. nodelay: gost otherwise keeps its answer back until the destination speaks.
                        Metadata = new Dictionary<string, object> { ["bind"] = true, ["nodelay"] = true },
                    },
                    new GostListener(profile.Tunnel.Transport)
                    {
                        Tls = new GostTls { CertFile = folder + "/cert.pem", KeyFile = folder + "/key.pem" },
                    })
                {
                    Bypass = "reachable",
                },
            ],
            Authers = [new GostAuther("home", [new GostAuth(secrets.Username, secrets.Password)])],
            Bypasses =
            [
                new GostBypass("reachable") { Whitelist = true, Matchers = [tunAddress, .. PublicRanges.Public4, .. PublicRanges.Public6] },
            ],

            // From error down gost writes lines for every stranger's connection, most with his address.
            LogLevel = profile.Server.Engine is null ? "info" : "fatal",
        };
    }

    private static string Networks(Profile profile)
    {
        var four = TunnelNetwork.Parse(profile.Tunnel.Network);
        var net = string.Format(CultureInfo.InvariantCulture, "{0}/{1}", four.ServerAddress, four.PrefixLength);
        return TunnelNetwork6.Of(profile) is { } six ? string.Format(CultureInfo.InvariantCulture, "{0},{1}/{2}", net, six.ServerAddress, six.PrefixLength) : net;
    }
}
