using GostBt.Gost;

namespace GostBt.Core.Tests.Gost;

public class GostYamlTests
{
    [Fact]
    public void A_server_and_a_chain_are_written_as_gost_reads_them()
    {
        var configuration = new GostConfiguration
        {
            Services =
            [
                new GostService(
                    "relay",
                    ":8443",
                    new GostHandler("relay") { Auther = "users", Metadata = new Dictionary<string, object> { ["bind"] = true } },
                    new GostListener("wss") { Tls = new GostTls { CertFile = "/etc/gostbt/home/cert.pem", KeyFile = "/etc/gostbt/home/key.pem" } })
                { Bypass = "reach" },
                new GostService(
                    "tun",
                    ":0",
                    new GostHandler("tun") { Chain = "vps", Metadata = new Dictionary<string, object> { ["keepalive"] = true, ["ttl"] = TimeSpan.FromSeconds(5) } },
                    new GostListener("tun") { Metadata = new Dictionary<string, object> { ["name"] = "gost_tun", ["net"] = "192.168.123.2/24", ["mtu"] = 1420 } })
                { Forwarder = [new GostForwardNode("far", "127.0.0.1:8421")] },
            ],
            Chains =
            [
                new GostChain("vps", [new GostHop("hop", [new GostNode(
                    "vps",
                    "198.51.100.10:8443",
                    new GostConnector("relay") { Auth = new GostAuth("home", "123") },
                    new GostDialer("wss") { Tls = new GostTls { Secure = true, CaFile = "/x/cert.pem", ServerName = "gostbt" } })]) { Bypass = "split" }]),
            ],
            Authers = [new GostAuther("users", [new GostAuth("home", "true")])],
            Bypasses = [new GostBypass("split") { File = "/x/split.txt", Reload = TimeSpan.FromSeconds(1) }, new GostBypass("reach") { Whitelist = true, Matchers = ["::/0", "*.example.org"] }],
        };

        Assert.Equal(
            """
            services:
            - name: relay
              addr: ":8443"
              bypass: reach
              handler:
                type: relay
                auther: users
                metadata:
                  bind: true
              listener:
                type: wss
                tls:
                  certFile: "/etc/gostbt/home/cert.pem"
                  keyFile: "/etc/gostbt/home/key.pem"
            - name: tun
              addr: ":0"
              handler:
                type: tun
                chain: vps
                metadata:
                  keepalive: true
                  ttl: "5s"
              listener:
                type: tun
                metadata:
                  mtu: 1420
                  name: gost_tun
                  net: "192.168.123.2/24"
              forwarder:
                nodes:
                - name: far
                  addr: "127.0.0.1:8421"
            chains:
            - name: vps
              hops:
              - name: hop
                bypass: split
                nodes:
                - name: vps
                  addr: "198.51.100.10:8443"
                  connector:
                    type: relay
                    auth:
                      username: home
                      password: "123"
                  dialer:
                    type: wss
                    tls:
                      caFile: "/x/cert.pem"
                      secure: true
                      serverName: gostbt
            authers:
            - name: users
              auths:
              - username: home
                password: "true"
            bypasses:
            - name: split
              reload: "1s"
              file:
                path: "/x/split.txt"
            - name: reach
              whitelist: true
              matchers:
              - "::/0"
              - "*.example.org"

            """,
            GostYaml.Write(configuration),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_password_never_shows_in_text() =>
        Assert.DoesNotContain("hunter2", new GostAuth("home", "hunter2").ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("300ms", 300)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2", 2_000)]
    [InlineData("1h", 3_600_000)]
    public void Durations_read_as_in_Go(string text, int milliseconds)
    {
        Assert.True(GostDuration.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10x")]
    [InlineData("-1s")]
    [InlineData("1e99")]
    public void Other_texts_are_no_durations(string text) => Assert.False(GostDuration.TryParse(text, out _));
}
