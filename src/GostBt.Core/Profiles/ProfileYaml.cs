using System.Globalization;
using GostBt.Model;
using GostBt.Yaml;
using static GostBt.Yaml.YamlTree;

namespace GostBt.Profiles;

/// <summary>A profile as text, schema version 1. Unknown keys are errors: a misspelt key must not be a setting silently lost.</summary>
public static class ProfileYaml
{
    /// <param name="text">The file's text.</param>
    /// <param name="source">The file, as errors name it.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidProfile"/> with the line, or <see cref="GostBtFailure.InvalidInput"/> for a value out of range.</exception>
    public static Profile Parse(string text, string source)
    {
        try
        {
            return ProfileRules.Require(Read(StrictMapping.ParseDocument(text, source)));
        }
        catch (YamlFormatException e)
        {
            throw new GostBtException(
                GostBtFailure.InvalidProfile,
                e.Message,
                "Correct the profile at that line; the README shows a whole one.",
                e);
        }
    }

    /// <summary>The text <see cref="Parse"/> reads back to an equal profile.</summary>
    public static string Write(Profile profile) => YamlTree.Write(Map(
        ("version", Number(profile.Version)),
        ("name", Text(profile.Name.Value)),
        ("server", Map(
            ("host", Text(profile.Server.Host)),
            ("user", Text(profile.Server.User)),
            ("sshPort", Number(profile.Server.SshPort)),
            ("identityFile", Text(profile.Server.IdentityFile)),
            ("sshConfigFile", Text(profile.Server.SshConfigFile)),
            ("jumpHost", Text(profile.Server.JumpHost)),
            ("publicAddress", Text(profile.Server.PublicAddress)),
            ("publicAddress6", Text(profile.Server.PublicAddress6)),
            ("engine", profile.Server.Engine is { } gost
                ? Map(("kind", Text("gost")), ("version", Text(gost.Version)), ("sha256", Text(gost.Hash)), ("mirror", Text(gost.Mirror)))
                : null))),
        ("tunnel", Map(
            ("transport", Text(profile.Tunnel.Transport)),
            ("port", Number(profile.Tunnel.Port)),
            ("tunPort", Number(profile.Tunnel.TunPort)),
            ("network", Text(profile.Tunnel.Network)),
            ("network6", Text(profile.Tunnel.Network6)),
            ("client", Text(profile.Tunnel.Client)),
            ("interface", Text(profile.Tunnel.Interface)),
            ("mtu", Number(profile.Tunnel.Mtu)))),
        ("proxy", Map(
            ("port", Number(profile.Proxy.Port)),
            ("split", Map(
                ("ipv4", Choice(profile.Proxy.Split.IPv4)),
                ("ipv6", Choice(profile.Proxy.Split.IPv6)))))),
        ("ports", List(profile.Ports, port => Map(
            ("port", Number(port.Port)),
            ("last", port.Count > 1 ? Number(port.LastPort) : null),
            ("inside", port.IsMapped ? Number(port.InsidePort) : null),
            ("protocol", Choice(port.Protocol))))),
        ("engine", Choice(profile.Engine))));

    private static Profile Read(StrictMapping root)
    {
        var version = root.Number("version") ?? throw root.Problem("'version' is missing; this GostBt writes version 1");
        if (version != Profile.CurrentVersion)
        {
            throw root.Problem(string.Format(CultureInfo.InvariantCulture, "version {0} is not one this GostBt reads (it reads {1})", version, Profile.CurrentVersion));
        }

        var profile = new Profile
        {
            Name = new ProfileName(root.RequiredText("name")),
            Server = ReadServer(root.Mapping("server") ?? throw root.Problem("'server' is missing")),
            Tunnel = ReadTunnel(root.Mapping("tunnel")),
            Proxy = ReadProxy(root.Mapping("proxy")),
            Ports = [.. root.Mappings("ports").Select(ReadPort)],
            Engine = root.Choice<EngineKind>("engine") ?? EngineKind.Auto,
        };
        root.Done("version", "name", "server", "tunnel", "proxy", "ports", "engine");
        return profile;
    }

    private static ProfileServer ReadServer(StrictMapping map)
    {
        var server = new ProfileServer
        {
            Host = map.RequiredText("host"),
            User = map.Text("user"),
            SshPort = map.Number("sshPort"),
            IdentityFile = map.Text("identityFile"),
            SshConfigFile = map.Text("sshConfigFile"),
            JumpHost = map.Text("jumpHost"),
            PublicAddress = map.Text("publicAddress"),
            PublicAddress6 = map.Text("publicAddress6"),
            Engine = ReadServerEngine(map.Mapping("engine")),
        };
        map.Done("host", "user", "sshPort", "identityFile", "sshConfigFile", "jumpHost", "publicAddress", "publicAddress6", "engine");
        return server;
    }

    private static ProfileServerEngine? ReadServerEngine(StrictMapping? map)
    {
        if (map is null)
        {
            return null;
        }

        var kind = map.Choice<EngineKind>("kind");
        var engine = new ProfileServerEngine { Version = map.Text("version"), Hash = map.Text("sha256"), Mirror = map.Text("mirror") };
        map.Done("kind", "version", "sha256", "mirror");
        return kind switch
        {
            EngineKind.Gost => engine,
            EngineKind.Bundled => null,
            _ => throw map.Problem("kind", "'server.engine.kind' must be gost or bundled"),
        };
    }

    private static ProfileTunnel ReadTunnel(StrictMapping? map)
    {
        var defaults = new ProfileTunnel();
        if (map is null)
        {
            return defaults;
        }

        var tunnel = new ProfileTunnel
        {
            Transport = map.Text("transport") ?? defaults.Transport,
            Port = map.Number("port") ?? defaults.Port,
            TunPort = map.Number("tunPort") ?? defaults.TunPort,
            Network = map.Text("network") ?? defaults.Network,
            Network6 = map.Text("network6"),
            Client = map.Text("client") ?? defaults.Client,
            Interface = map.Text("interface") ?? defaults.Interface,
            Mtu = map.Number("mtu") ?? defaults.Mtu,
        };
        map.Done("transport", "port", "tunPort", "network", "network6", "client", "interface", "mtu");
        return tunnel;
    }

    private static ProfileProxy ReadProxy(StrictMapping? map)
    {
        var defaults = new ProfileProxy();
        if (map is null)
        {
            return defaults;
        }

        var split = map.Mapping("split");
        var proxy = new ProfileProxy
        {
            Port = map.Number("port") ?? defaults.Port,
            Split = new SplitRoute(
                split?.Choice<RouteVia>("ipv4") ?? defaults.Split.IPv4,
                split?.Choice<RouteVia>("ipv6") ?? defaults.Split.IPv6),
        };
        split?.Done("ipv4", "ipv6");
        map.Done("port", "split");
        return proxy;
    }

    private static PublishedPort ReadPort(StrictMapping map)
    {
        var port = map.Number("port") ?? throw map.Problem("a published port needs 'port'");
        var published = new PublishedPort(
            port,
            map.Number("last") ?? port,
            map.Number("inside") ?? port,
            map.Choice<PortProtocol>("protocol") ?? PortProtocol.Both);
        map.Done("port", "last", "inside", "protocol");
        return published;
    }
}
