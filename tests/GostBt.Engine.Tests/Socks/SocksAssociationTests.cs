using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests.Socks;

/// <summary>An association lives as long as the client's TCP connection (gost's failure 1: it dies of one bad datagram).</summary>
public sealed class SocksAssociationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bad_datagrams_are_lost_and_nothing_else_is(bool throughChain)
    {
        using var echo = new UdpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null), new FakeResolver());
        await using var home = await TestEngine.StartAsync(throughChain ? Configurations.SocksClient("tcp", far.Port("relay"), null) : Configurations.SocksDirect(), new FakeResolver());
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));

        byte[][] bad =
        [
            [], [0], [0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 9, 1, 2, 3, 4, 0, 80, 1], [0, 0, 0, 3, 0, 0, 80, 1], [0, 0, 0, 3, 200, 1, 2],
            [0, 0, 1, .. SocksTestClient.Address("127.0.0.1", echo.Port), 1], // a fragment
            [0, 0, 0, .. SocksTestClient.Address("127.0.0.1", echo.Port)], // no data
            [0, 0, 0, .. SocksTestClient.Address("127.0.0.1", 0), 1],
            [0, 0, 0, .. SocksTestClient.Address("255.255.255.255", 6881), 1],
            [0, 0, 0, .. SocksTestClient.Address("0.0.0.0", 0), 1],
            [0, 0, 0, .. SocksTestClient.Address("224.0.0.1", 6881), 1],
            [0, 0, 0, .. SocksTestClient.Address("127.255.255.255", 6881), 1], // a broadcast address: the system refuses
            [0, 0, 0, .. SocksTestClient.Address("fe80::1", 6881), 1], // link-local without a link: the system refuses
            [0, 0, 0, .. SocksTestClient.Address("::", 6881), 1],
            [0, 0, 0, .. SocksTestClient.Address("127.0.0.1", GostProcess.FreePort()), 1], // nobody listens: an ICMP error comes back
            [0, 0, 0, .. SocksTestClient.Address("no.such.name.invalid", 80), 1],
        ];
        foreach (var datagram in bad.Concat(bad))
        {
            await client.SendRawAsync(datagram);
        }

        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
    }

    [Fact]
    public async Task It_outlives_the_carrier_and_a_far_end_that_was_away()
    {
        using var echo = new UdpEcho();
        var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        var port = far.Port("relay");
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", port, null));
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));

        await far.DisposeAsync();
        Assert.False(await client.AnswersAsync("127.0.0.1", echo.Port, tries: 2));
        await using var again = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, addr: $"127.0.0.1:{port}"));

        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
        Assert.Contains("does not work", home.Log, StringComparison.Ordinal);
        Assert.Contains("works again", home.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_begin_while_the_far_end_is_away()
    {
        using var echo = new UdpEcho();
        var port = GostProcess.FreePort();
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", port, null));
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.Equal(0, client.Reply);
        Assert.False(await client.AnswersAsync("127.0.0.1", echo.Port, tries: 1));

        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, addr: $"127.0.0.1:{port}"));

        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
    }

    [Fact]
    public async Task Only_the_client_itself_is_heard()
    {
        using var echo = new UdpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect("0.0.0.0:0"));
        using var client = await SocksTestClient.AssociateAsync(new IPEndPoint(IPAddress.Loopback, home.Port("socks")));
        using var otherHost = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        using var otherPort = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] datagram = [0, 0, 0, .. SocksTestClient.Address("127.0.0.1", echo.Port), 1];

        await otherHost.SendAsync(datagram, client.Bound);
        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
        var heard = echo.Received;
        await otherHost.SendAsync(datagram, client.Bound);
        await otherPort.SendAsync(datagram, client.Bound);

        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
        Assert.Equal(heard + 1, echo.Received);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.5")]
    public async Task Its_socket_is_on_the_address_the_client_came_to(string address)
    {
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect("0.0.0.0:0"));

        using var client = await SocksTestClient.AssociateAsync(new IPEndPoint(IPAddress.Parse(address), home.Port("socks")));

        Assert.Equal(address, client.Bound.Address.ToString());
    }

    [Fact]
    public async Task It_ends_with_the_clients_connection()
    {
        using var echo = new UdpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect());
        var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
        var bound = client.Bound;

        client.Dispose();

        for (var i = 0; ; i++)
        {
            try
            {
                using var free = new UdpClient(bound);
                return;
            }
            catch (SocketException) when (i < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task Without_udp_it_is_refused()
    {
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect().Replace("udp: true", "udp: false", StringComparison.Ordinal));

        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));

        Assert.Equal(2, client.Reply);
    }

    [Fact]
    public async Task Host_names_are_resolved_and_their_answers_bear_the_address()
    {
        using var echo = new UdpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(), new FakeResolver { ["tracker.example"] = ["2001:db8::1", "127.0.0.1"] });
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));

        await client.SendAsync("tracker.example", echo.Port, [1, 2]);
        var answer = await client.ReceiveAsync();

        Assert.Equal(echo.EndPoint, answer?.Source);
        Assert.Equal([1, 2], answer?.Data);
    }
}
