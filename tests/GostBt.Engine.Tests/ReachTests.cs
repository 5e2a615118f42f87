using System.Net;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>What a client with the right password may reach through the relay: one service of the server, and public addresses.</summary>
public sealed class ReachTests
{
    private const string PublicAddresses = "1.0.0.0-9.255.255.255, 11.0.0.0-100.63.255.255, 2000::/3";

    public static TheoryData<string> Forbidden =>
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2002:a00:1::1",
        "localhost", "rebinding.example", "half.example",
    ];

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task A_forbidden_destination_is_refused_for_tcp(string host)
    {
        using var service = new TcpEcho();
        using var allowed = new TcpEcho();
        await using var far = await FarAsync(allowed.Port);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null));

        using var refused = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), host, service.Port);
        using var accepted = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", allowed.Port);

        Assert.Equal(2, refused.Reply);
        Assert.Equal(0, service.Accepted);
        Assert.Equal([7], await accepted.EchoAsync([7]));
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task A_forbidden_destination_is_refused_for_udp(string host)
    {
        using var service = new UdpEcho();
        using var allowed = new UdpEcho();
        await using var far = await FarAsync(allowed.Port);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null));
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));

        await client.SendAsync(host, service.Port, [1]);

        Assert.True(await client.AnswersAsync("127.0.0.1", allowed.Port));
        Assert.Equal(0, service.Received);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_forbidden_UDP_tunnel_is_refused(string host)
    {
        using var service = new UdpEcho();
        await using var far = await FarAsync(1);

        Assert.Equal(3, await RelayTestClient.StatusAsync(far.EndPoint("relay"), RelayTestClient.ConnectUdp(host, service.Port)));
        Assert.Equal(0, service.Received);
    }

    [Fact]
    public async Task Binding_a_chosen_port_or_a_tcp_port_is_refused()
    {
        await using var far = await FarAsync(1);

        Assert.Equal(3, await RelayTestClient.StatusAsync(far.EndPoint("relay"), RelayTestClient.Bind(udp: true, "0.0.0.0", 5353)));
        Assert.Equal(3, await RelayTestClient.StatusAsync(far.EndPoint("relay"), RelayTestClient.Bind(udp: false, "0.0.0.0", 0)));
    }

    [Fact]
    public async Task A_host_name_reaches_only_its_allowed_addresses()
    {
        // The name has a forbidden address, where something listens, before an allowed one.
        using var allowed = new TcpEcho();
        using var forbidden = new TcpEcho(IPAddress.Parse("127.0.0.2"));
        await using var far = await FarAsync(allowed.Port);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "mixed.example", allowed.Port);

        Assert.Equal(0, client.Reply);
        Assert.Equal([7], await client.EchoAsync([7]));
        Assert.Equal(0, forbidden.Accepted);
    }

    [Fact]
    public async Task A_changed_rule_counts_at_once_for_new_connections_and_for_datagrams_of_old_associations()
    {
        using var tcp = new TcpEcho();
        using var udp = new UdpEcho();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "127.0.0.1\n");
            await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, reach: $"whitelist: true, reload: 1ms, file: {{path: {file}}}"));
            await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null));
            using var association = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
            Assert.True(await association.AnswersAsync("127.0.0.1", udp.Port));

            await File.WriteAllTextAsync(file, "127.0.0.9\n");
            await Task.Delay(20);

            Assert.False(await association.AnswersAsync("127.0.0.1", udp.Port, tries: 2));
            using var refused = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", tcp.Port);
            Assert.Equal(2, refused.Reply);

            await File.WriteAllTextAsync(file, "127.0.0.1\n");
            await Task.Delay(20);
            Assert.True(await association.AnswersAsync("127.0.0.1", udp.Port));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<TestEngine> FarAsync(int allowedPort) => TestEngine.StartAsync(
        Configurations.RelayServer("tcp", null, reach: $"whitelist: true, matchers: [\"127.0.0.1:{allowedPort}\", {PublicAddresses}]"),
        new FakeResolver
        {
            ["localhost"] = ["127.0.0.1", "::1"],
            ["rebinding.example"] = ["127.0.0.1"],
            ["half.example"] = ["::1", "169.254.169.254"],
            ["mixed.example"] = ["127.0.0.2", "127.0.0.1"],
        });
}
