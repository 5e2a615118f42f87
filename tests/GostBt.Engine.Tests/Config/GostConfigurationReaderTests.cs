using GostBt.Engine.Config;
using GostBt.Gost;
using GostBt.Yaml;

namespace GostBt.Engine.Tests.Config;

public sealed class GostConfigurationReaderTests
{
    private const string Whole = """
        services:
          - name: tun
            addr: 127.0.0.1:8421
            handler:
              type: tun
              metadata:
                keepalive: true
                ttl: 10s
                passphrase: "0123456789abcdef"
                p2p: false
            listener:
              type: tun
              metadata:
                name: gost_tun
                net: 192.168.123.1/24
                mtu: 1420
            forwarder:
              nodes:
                - name: server
                  addr: 127.0.0.1:8421
          - name: relay
            addr: :8443
            bypass: reach
            handler:
              type: relay
              auther: users
              chain: far
              metadata:
                bind: true
                nodelay: true
                readTimeout: 5s
                udpBufferSize: 4096
            listener:
              type: wss
              tls:
                certFile: /etc/cert.pem
                keyFile: /etc/key.pem
              metadata:
                path: /tunnel
          - name: socks
            addr: "[::1]:5522"
            handler:
              type: socks5
              auth:
                username: me
                password: "123"
              metadata:
                udp: true
                notls: true
                publishedPorts: /state/published.txt
            listener:
              type: tcp
        chains:
          - name: far
            hops:
              - name: hop
                bypass: reach
                nodes:
                  - name: node
                    addr: vps.example.net:8443
                    connector:
                      type: relay
                      auth:
                        username: home
                        password: secret
                      metadata:
                        nodelay: true
                    dialer:
                      type: wss
                      tls:
                        secure: true
                        caFile: /etc/ca.pem
                        serverName: gostbt
                      metadata:
                        path: /tunnel
        authers:
          - name: users
            auths:
              - username: home
                password: secret
        bypasses:
          - name: reach
            whitelist: true
            matchers:
              - 127.0.0.1:8421
              - 1.0.0.0/8
            reload: 1500ms
            file:
              path: /etc/reach.txt
        log:
          level: info
        """;

    [Fact]
    public void Everything_it_reads_is_there()
    {
        var read = GostConfigurationReader.Parse(Whole, "gost.yaml");

        var tun = read.Services[0];
        Assert.Equal(("tun", "127.0.0.1:8421", "tun", "tun"), (tun.Name, tun.Addr, tun.Handler.Type, tun.Listener.Type));
        Assert.Equal(TimeSpan.FromSeconds(10), tun.Handler.Metadata["ttl"]);
        Assert.Equal(true, tun.Handler.Metadata["keepalive"]);
        Assert.Equal("0123456789abcdef", tun.Handler.Metadata["passphrase"]);
        Assert.Equal(1420, tun.Listener.Metadata["mtu"]);
        Assert.Equal([new GostForwardNode("server", "127.0.0.1:8421")], tun.Forwarder);
        var relay = read.Services[1];
        Assert.Equal(("reach", "users", "far", "/tunnel"), (relay.Bypass, relay.Handler.Auther, relay.Handler.Chain, relay.Listener.Metadata["path"]));
        Assert.Equal(new GostTls { CertFile = "/etc/cert.pem", KeyFile = "/etc/key.pem" }, relay.Listener.Tls);
        Assert.Equal(new GostAuth("me", "123"), read.Services[2].Handler.Auth);
        Assert.Equal("/state/published.txt", read.Services[2].Handler.Metadata["publishedPorts"]);
        var node = read.Chains[0].Hops[0].Nodes[0];
        Assert.Equal("reach", read.Chains[0].Hops[0].Bypass);
        Assert.Equal(new GostAuth("home", "secret"), node.Connector.Auth);
        Assert.Equal(new GostTls { Secure = true, CaFile = "/etc/ca.pem", ServerName = "gostbt" }, node.Dialer.Tls);
        Assert.Equal([new GostAuth("home", "secret")], read.Authers[0].Auths);
        Assert.Equal((true, "/etc/reach.txt", TimeSpan.FromMilliseconds(1500)), (read.Bypasses[0].Whitelist, read.Bypasses[0].File, read.Bypasses[0].Reload));
        Assert.Equal(["127.0.0.1:8421", "1.0.0.0/8"], read.Bypasses[0].Matchers);
        Assert.Equal("info", read.LogLevel);
    }

    [Fact]
    public void What_GostBt_writes_reads_back_the_same()
    {
        var written = GostYaml.Write(GostConfigurationReader.Parse(Whole, "gost.yaml"));

        Assert.Equal(written, GostYaml.Write(GostConfigurationReader.Parse(written, "again.yaml")));
    }

    [Theory]
    [InlineData("    bypass: reach", "    bypas: reach", "unknown key 'services[1].bypas'")]
    [InlineData("keepalive: true", "keepAlive: true", "keepAlive")]
    [InlineData("keepalive: true", "keepalive: often", "true or false")]
    [InlineData("bind: true", "bindd: true", "bindd")]
    [InlineData("bind: true", "bind: maybe", "true or false")]
    [InlineData("mtu: 1420", "mtu: large", "whole number")]
    [InlineData("ttl: 10s", "ttl: soon", "duration")]
    [InlineData("type: relay\n      auther", "type: http\n      auther", "no handler 'http'")]
    [InlineData("type: wss\n      tls:\n        certFile", "type: quic\n      tls:\n        certFile", "no listener 'quic'")]
    [InlineData("connector:\n              type: relay", "connector:\n              type: socks4", "no connector 'socks4'")]
    [InlineData("type: wss\n              tls", "type: kcp\n              tls", "no dialer 'kcp'")]
    [InlineData("auther: users", "auther: nobody", "no auther named 'nobody'")]
    [InlineData("chain: far", "chain: near", "no chain named 'near'")]
    [InlineData("    bypass: reach", "    bypass: rich", "no bypass named 'rich'")]
    [InlineData("addr: :8443", "addr: :70000", "0 to 65535")]
    [InlineData("addr: vps.example.net:8443", "addr: vps.example.net:0", "1 to 65535")]
    [InlineData("addr: vps.example.net:8443", "addr: :8443", "no host")]
    [InlineData("- 1.0.0.0/8", "- 1.0.0.0/33", "1.0.0.0/33")]
    [InlineData("- 1.0.0.0/8", "- 1.0.0.0/8:80", "1.0.0.0/8:80")]
    [InlineData("level: info", "level: loud", "loud")]
    [InlineData("- name: socks", "- name: relay", "two service entries")]
    [InlineData("certFile: /etc/cert.pem", "certFil: /etc/cert.pem", "certFile")]
    public void A_slip_is_an_error_with_its_line(string right, string wrong, string about)
    {
        var text = Whole.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Whole, text);

        var error = Assert.Throws<YamlFormatException>(() => GostConfigurationReader.Parse(text, "gost.yaml"));

        Assert.Contains(about, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("gost.yaml, line ", error.Message, StringComparison.Ordinal);
        Assert.Equal(LineOfChange(text), error.Line);
    }

    private static int LineOfChange(string text) =>
        1 + Whole.Split('\n').Zip(text.Split('\n')).TakeWhile(lines => lines.First == lines.Second).Count();

    [Theory]
    [InlineData("")]
    [InlineData("services:")]
    [InlineData("services: []")]
    [InlineData("services: 5")]
    [InlineData("- a")]
    [InlineData("services: [{name: x}]")]
    [InlineData("services:\n\t- name: x")]
    [InlineData("api: {addr: ':80'}")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: relay}, listener: {type: wss}}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: tun}, listener: {type: tcp}}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: relay, auther: a, auth: {username: u}}, listener: {type: tcp}}]\nauthers: [{name: a, auths: [{username: u}]}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: relay, auther: a}, listener: {type: tcp}}]\nauthers: [{name: a, auths: []}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: relay}, listener: {type: tcp}, forwarder: {nodes: [{name: a, addr: 'b:1'}]}}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: relay}, listener: {type: tcp, tls: {certFile: a, keyFile: b}}}]")]
    [InlineData("services: [{name: x, addr: ':1', bypass: b, handler: {type: tun}, listener: {type: tun}}]\nbypasses: [{name: b}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: tun, chain: c}, listener: {type: tun}}]\nchains: [{name: c, hops: [{nodes: [{addr: 'a:1', connector: {type: relay}, dialer: {type: tcp}}]}]}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: relay}, listener: {type: tcp}}]\nchains: [{name: c, hops: []}]")]
    [InlineData("services: [{name: x, addr: ':1', handler: {type: relay}, listener: {type: tcp}}]\nchains: [{name: c, hops: [{nodes: []}]}]")]
    public void What_cannot_be_served_is_refused(string text) =>
        Assert.Throws<YamlFormatException>(() => GostConfigurationReader.Parse(text, "gost.yaml"));

    [Fact]
    public void No_error_shows_a_password()
    {
        foreach (var broken in new[] { "username: home\n                password: secret\n                surname: x", "username: \"\"\n                password: secret" })
        {
            var text = Whole.Replace("username: home\n                password: secret", broken, StringComparison.Ordinal);

            var error = Assert.Throws<YamlFormatException>(() => GostConfigurationReader.Parse(text, "gost.yaml"));

            Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        }
    }
}
