using GostBt.Gost;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing.Windows;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Tunnel;

public class TunnelConfigurationTests
{
    private static readonly AgentFiles Files = new(new GostBtPaths("/config", "/state"), Samples.Profile.Name);

    [Fact]
    public void One_engine_gets_the_TUN_first_then_the_SOCKS5_on_loopback_and_the_tunnel_s_address() => Assert.Equal(
        """
        services:
        - name: tun
          addr: ":0"
          handler:
            type: tun
            chain: tun
            metadata:
              keepalive: true
              ttl: "10s"
          listener:
            type: tun
            metadata:
              mtu: 1420
              name: gost_tun
              net: "192.168.123.2/24"
          forwarder:
            nodes:
            - name: server
              addr: "127.0.0.1:8421"
        - name: socks-loopback
          addr: "127.0.0.1:5522"
          handler:
            type: socks5
            chain: trackers
            metadata:
              localOnly: true
              udp: true
          listener:
            type: tcp
        - name: socks-tunnel
          addr: "192.168.123.2:5522"
          handler:
            type: socks5
            chain: trackers
            metadata:
              localOnly: true
              publishedPorts: "/state/home/published.txt"
              udp: true
          listener:
            type: tcp
        chains:
        - name: tun
          hops:
          - name: server
            nodes:
            - name: server
              addr: "198.51.100.10:8443"
              connector:
                type: relay
                auth:
                  username: gostbt
                  password: "0123456789"
                metadata:
                  nodelay: true
              dialer:
                type: wss
                tls:
                  caFile: "/state/home/server.crt"
                  secure: true
                  serverName: gostbt
        - name: trackers
          hops:
          - name: server
            bypass: direct
            nodes:
            - name: server
              addr: "198.51.100.10:8443"
              connector:
                type: relay
                auth:
                  username: gostbt
                  password: "0123456789"
                metadata:
                  nodelay: true
              dialer:
                type: wss
                tls:
                  caFile: "/state/home/server.crt"
                  secure: true
                  serverName: gostbt
        bypasses:
        - name: direct
          reload: "1s"
          file:
            path: "/state/home/direct.txt"
        log:
          level: info

        """.ReplaceLineEndings("\n"),
        GostYaml.Write(Configuration().Whole()));

    [Fact]
    public void Gost_gets_the_TUN_alone_and_the_bundled_engine_the_SOCKS5()
    {
        var tun = Configuration().Tun("warn");
        var proxy = Configuration().Proxy();

        Assert.Equal(["tun"], tun.Services.Select(service => service.Handler.Type));
        Assert.Empty(tun.Bypasses);
        Assert.Equal(["socks5", "socks5"], proxy.Services.Select(service => service.Handler.Type));
        Assert.Equal("direct", Assert.Single(Assert.Single(proxy.Chains).Hops).Bypass);
        Assert.DoesNotContain(proxy.Services, service => service.Handler.Metadata.ContainsKey("publishedPorts"));
    }

    [Fact]
    public void The_SOCKS5_on_the_tunnel_s_address_and_no_other_reads_the_published_UDP_ports() => Assert.Equal(
        ["socks-tunnel"],
        Configuration().Whole().Services.Where(service => service.Handler.Metadata.ContainsKey("publishedPorts")).Select(service => service.Name));

    [Theory]
    [InlineData("6666\n7000\n", "6666", "6999/tcp", "7000/udp")]
    [InlineData("6000-6009\n6666\n", "7000-7009:6000", "443:6666/udp")]
    [InlineData("", "6999/tcp")]
    public void Published_are_the_UDP_ports_this_PC_listens_on(string file, params string[] ports) =>
        Assert.Equal(file, PublishedUdpPorts.Write(Samples.Profile with { Ports = [.. ports.Select(port => PublishedPort.Parse(port))] }));

    [Fact]
    public void Where_the_server_publishes_IPv6_the_TUN_has_an_IPv6_address_too()
    {
        var profile = Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress6 = "2001:db8:10::10" } };

        Assert.Equal("192.168.123.2/24,fd7a:6f73:7462:bba8::2/64", Net(profile));
        Assert.Equal("192.168.123.2/24", Net(profile with { Tunnel = new ProfileTunnel { Mtu = 1279 } }));

        static object Net(Profile profile) => new TunnelConfiguration(profile, Samples.Secrets, Files).Tun().Services[0].Listener.Metadata["net"];
    }

    [Fact]
    public void On_Windows_the_adapter_has_an_identity_and_gost_gives_it_one_IPv4_address()
    {
        var profile = Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress6 = "2001:db8:10::10" } };
        var configuration = new TunnelConfiguration(profile, Samples.Secrets, Files, onWindows: true);

        Assert.StartsWith(
            """
            services:
            - name: tun
              addr: ":0"
              handler:
                type: tun
                chain: tun
                metadata:
                  keepalive: true
                  ttl: "10s"
              listener:
                type: tun
                metadata:
                  guid: "{c256795e-9493-875f-b56a-2b6581730165}"
                  mtu: 1420
                  name: gost_tun
                  net: "192.168.123.2/24"
              forwarder:

            """,
            GostYaml.Write(configuration.Tun()),
            StringComparison.Ordinal);
        Assert.Equal("192.168.123.2/24,fd7a:6f73:7462:bba8::2/64", configuration.Whole().Services[0].Listener.Metadata["net"]);
        Assert.NotEqual(AdapterGuid.Of("gost_tun"), AdapterGuid.Of("gost_tun2"));
    }

    [Fact]
    public void The_server_s_certificate_is_always_verified() =>
        Assert.All(Configuration().Whole().Chains, chain => Assert.True(chain.Hops[0].Nodes[0].Dialer.Tls!.Secure));

    [Fact]
    public void Its_fingerprint_changes_with_what_an_agent_must_be_restarted_for()
    {
        var fingerprint = Configuration().Fingerprint;
        var profile = Samples.Profile;

        Assert.Equal(fingerprint, Configuration().Fingerprint);
        Assert.Equal(fingerprint, Of(profile with { Proxy = profile.Proxy with { Split = new SplitRoute(RouteVia.Direct, RouteVia.Proxy) } }));
        Assert.Equal(fingerprint, Of(profile with { Ports = [new PublishedPort(7000)] }));
        Assert.NotEqual(fingerprint, Of(profile with { Proxy = profile.Proxy with { Port = 5523 } }));
        Assert.NotEqual(fingerprint, Of(profile with { Engine = EngineKind.Gost }));
        Assert.NotEqual(fingerprint, new TunnelConfiguration(profile, Samples.Secrets with { Password = "other" }, Files).Fingerprint);
        Assert.Equal(fingerprint, new TunnelConfiguration(profile, Samples.Secrets with { CertificatePem = "other" }, Files).Fingerprint);

        string Of(Profile changed) => new TunnelConfiguration(changed, Samples.Secrets, Files).Fingerprint;
    }

    [Fact]
    public void A_server_that_is_not_deployed_yet_is_an_error_that_says_so()
    {
        var bare = Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress = null } };

        Assert.Contains("not deployed", Assert.Throws<GostBtException>(() => new TunnelConfiguration(bare, Samples.Secrets, Files)).Message, StringComparison.Ordinal);
        Assert.Contains("not deployed", Assert.Throws<GostBtException>(() => new TunnelConfiguration(Samples.Profile, null, Files)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RouteVia.Proxy, RouteVia.Direct, "::/0\n")]
    [InlineData(RouteVia.Direct, RouteVia.Proxy, "0.0.0.0/0\n")]
    [InlineData(RouteVia.Proxy, RouteVia.Proxy, "")]
    [InlineData(RouteVia.Direct, RouteVia.Direct, "0.0.0.0/0\n::/0\n")]
    public void What_goes_direct_is_what_the_bypass_lists(RouteVia ipv4, RouteVia ipv6, string expected) =>
        Assert.Equal(expected, SplitMatchers.Write(new SplitRoute(ipv4, ipv6)));

    private static TunnelConfiguration Configuration() => new(Samples.Profile, Samples.Secrets, Files);
}
