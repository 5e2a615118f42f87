using GostBt.Model;
using GostBt.Profiles;
using GostBt.Yaml;

namespace GostBt.Core.Tests.Profiles;

public class ProfileYamlTests
{
    private const string Whole = """
        version: 1
        name: home
        server:
          host: vps.example.net
          user: root
          sshPort: 2222
          publicAddress: "198.51.100.10"
          publicAddress6: "2001:db8:10::10"
        tunnel:
          transport: wss
          port: 8443
          tunPort: 8421
          network: "192.168.123.0/24"
          network6: fd7a:6f73:7462:1::/64
          client: "192.168.123.2"
          interface: gost_tun
          mtu: 1420
        proxy:
          port: 5522
          split:
            ipv4: proxy
            ipv6: direct
        ports:
        - port: 6666
          protocol: both
        - port: 7000
          protocol: udp
        engine: auto

        """;

    [Fact]
    public void A_profile_reads_back_as_it_was_written()
    {
        var profile = ProfileYaml.Parse(Whole, "home.yaml");
        Assert.Equal(Whole, ProfileYaml.Write(profile));
        Assert.Equal([new PublishedPort(6666), new PublishedPort(7000, PortProtocol.Udp)], profile.Ports);
        Assert.Equal(new SplitRoute(RouteVia.Proxy, RouteVia.Direct), profile.Proxy.Split);
    }

    [Fact]
    public void A_range_and_a_mapped_port_read_back_as_they_were_written()
    {
        var text = "version: 1\nname: nas\nserver: { host: vps }\nports:\n- port: 443\n  inside: 6666\n  protocol: tcp\n- port: 7000\n  last: 7009\n  inside: 6000\n  protocol: both\n";
        var profile = ProfileYaml.Parse(text, "nas.yaml");
        Assert.Equal([PublishedPort.Parse("443:6666/tcp"), PublishedPort.Parse("7000-7009:6000-6009")], profile.Ports);
        Assert.Contains(text.Substring(text.IndexOf("ports:", StringComparison.Ordinal)), ProfileYaml.Write(profile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void What_is_nested_too_deeply_is_an_error_and_no_end_of_the_process(string level)
    {
        var text = "version: 1\nname:\n  " + string.Concat(Enumerable.Repeat(level, 100_000));

        var error = Assert.Throws<YamlFormatException>(() => StrictMapping.ParseDocument(text, "home.yaml"));

        Assert.Equal(3, error.Line);
        Assert.Equal(GostBtFailure.InvalidProfile, Assert.Throws<GostBtException>(() => ProfileYaml.Parse(text, "home.yaml")).Failure);
    }

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        var profile = ProfileYaml.Parse("version: 1\nname: nas\nserver: { host: vps }\nports: [ { port: 6666 } ]\n", "nas.yaml");
        Assert.Equal(new ProfileTunnel(), profile.Tunnel);
        Assert.Equal(new ProfileProxy(), profile.Proxy);
        Assert.Equal(EngineKind.Auto, profile.Engine);
        Assert.Null(profile.Server.User);
    }

    [Theory]
    [InlineData("version: 1\nname: a\nserver: { host: v }\nports: [ { port: 6666 } ]\ntunel: {}\n", 5, "tunel")]
    [InlineData("version: 1\nname: a\nserver:\n  host: v\n  passwrd: x\nports: [ { port: 6666 } ]\n", 5, "server.passwrd")]
    [InlineData("version: 1\nname: a\nserver: { host: v }\nports:\n- port: many\n", 5, "ports[0].port")]
    [InlineData("version: 1\nname: a\nserver: { host: v }\nports:\n- port: 1\n  protocol: sctp\n", 6, "protocol")]
    [InlineData("version: 2\nname: a\n", 1, "version 2")]
    [InlineData("version: 1\nversion: 1\n", 2, "version")]
    [InlineData("version: 1\nname: a\nserver: [\n", 4, "")]
    [InlineData("- a\n", 1, "mapping")]
    public void What_is_wrong_is_named_with_its_line(string text, int line, string named)
    {
        var error = Assert.Throws<GostBtException>(() => ProfileYaml.Parse(text, "bad.yaml"));
        Assert.Equal(GostBtFailure.InvalidProfile, error.Failure);
        Assert.Contains($"bad.yaml, line {line}:", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
