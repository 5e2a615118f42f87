using System.Net;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>
/// Which traffic takes the chain and which goes direct. On loopback both ends are one machine; the far end refuses everything here, so what
/// arrives went direct.
/// </summary>
public sealed class SplitRoutingTests
{
    private const string Nothing = "whitelist: true, matchers: [\"203.0.113.1\"]";

    [Fact]
    public async Task A_connection_goes_where_its_address_says()
    {
        using var direct = new TcpEcho(IPAddress.Parse("127.0.0.2"));
        using var chained = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, reach: Nothing));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null, split: "matchers: [127.0.0.2]"));

        using var first = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.2", direct.Port);
        using var second = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", chained.Port);

        Assert.Equal([7], await first.EchoAsync([7]));
        Assert.Equal(2, second.Reply);
    }

    [Fact]
    public async Task A_host_name_is_resolved_first()
    {
        using var echo = new TcpEcho(IPAddress.Parse("127.0.0.2"));
        var names = new FakeResolver { ["direct.example"] = ["127.0.0.2"], ["chained.example"] = ["127.0.0.1"], ["both.example"] = ["127.0.0.1", "127.0.0.2"] };
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, reach: Nothing));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null, split: "matchers: [127.0.0.2]"), names);

        using var direct = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "direct.example", echo.Port);
        using var chained = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "chained.example", echo.Port);
        using var both = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "both.example", echo.Port);
        using var unknown = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "unknown.example", echo.Port);

        Assert.Equal([7], await direct.EchoAsync([7]));
        Assert.Equal(2, chained.Reply);
        Assert.Equal([7], await both.EchoAsync([7])); // the chain first, and when it refuses the direct address
        Assert.Equal(4, unknown.Reply);
    }

    // The far end would look the name up and know nothing of what this service must not reach.
    [Theory]
    [InlineData("matchers: [127.0.0.0/8]")]
    [InlineData("matchers: [\"*.example\"]")]
    [InlineData("whitelist: true, matchers: [203.0.113.1]")]
    public async Task What_the_service_must_not_reach_is_not_reached_by_a_name_through_a_chain_that_takes_everything(string reach)
    {
        using var tcp = new TcpEcho();
        using var udp = new UdpEcho();
        var names = new FakeResolver { ["refused.example"] = ["127.0.0.1"] };
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null), names);
        await using var home = await TestEngine.StartAsync(
            Configurations.SocksClient("tcp", far.Port("relay"), null, service: "bypass: no,", more: $"bypasses: [{{name: no, {reach}}}]"), names);

        using var refused = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "refused.example", tcp.Port);
        using var association = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));

        Assert.Equal(2, refused.Reply);
        Assert.False(await association.AnswersAsync("refused.example", udp.Port, tries: 2));
        Assert.Equal((0, 0), (tcp.Accepted, udp.Received));
    }

    [Fact]
    public async Task A_host_with_addresses_of_both_kinds_takes_the_chain_first()
    {
        using var chained = new TcpEcho();
        using var direct = new TcpEcho(IPAddress.Parse("127.0.0.2"));
        var names = new FakeResolver { ["both.example"] = ["127.0.0.2", "127.0.0.1"] };
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null, split: "matchers: [127.0.0.2]"), names);

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "both.example", chained.Port);

        Assert.Equal([7], await client.EchoAsync([7]));
        Assert.Equal((1, 0), (chained.Accepted, direct.Accepted));
    }

    [Fact]
    public async Task Each_datagram_goes_where_its_address_says_and_a_changed_rule_counts_at_once()
    {
        using var direct = new UdpEcho(IPAddress.Parse("127.0.0.2"));
        using var other = new UdpEcho();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "127.0.0.2\n");
            await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, reach: Nothing));
            await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null, split: $"reload: 1ms, file: {{path: {file}}}"));
            using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));

            Assert.True(await client.AnswersAsync("127.0.0.2", direct.Port));
            Assert.False(await client.AnswersAsync("127.0.0.1", other.Port, tries: 2));
            await File.WriteAllTextAsync(file, "127.0.0.1 # the other way round\n");
            await Task.Delay(20);
            Assert.True(await client.AnswersAsync("127.0.0.1", other.Port));
            Assert.False(await client.AnswersAsync("127.0.0.2", direct.Port, tries: 2));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Datagrams_take_both_ways_in_one_association()
    {
        using var direct = new UdpEcho(IPAddress.Parse("127.0.0.2"));
        using var chained = new UdpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("wss", _certificate.Value));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("wss", far.Port("relay"), _certificate.Value, split: "matchers: [127.0.0.2]"));
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));

        Assert.True(await client.AnswersAsync("127.0.0.2", direct.Port));
        Assert.True(await client.AnswersAsync("127.0.0.1", chained.Port));
        Assert.NotEqual(direct.LastSender!.Port, chained.LastSender!.Port);
        _certificate.Value.Dispose();
    }

    private readonly Lazy<TestCertificate> _certificate = new(() => new TestCertificate());
}
