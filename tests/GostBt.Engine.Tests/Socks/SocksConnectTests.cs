using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Carriers;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests.Socks;

public sealed class SocksConnectTests
{
    [Fact]
    public async Task A_destination_that_cannot_be_reached_has_its_own_reply()
    {
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(), new FakeResolver { ["six.example"] = ["fe80::1"] });

        async Task<int> ReplyAsync(string host, int port)
        {
            using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), host, port);
            return client.Reply;
        }

        Assert.Equal(5, await ReplyAsync("127.0.0.1", GostProcess.FreePort()));
        Assert.Equal(4, await ReplyAsync("no.such.example", 80));
        Assert.Equal(4, await ReplyAsync("127.0.0.1", 0));
        Assert.Contains(await ReplyAsync("127.255.255.255", 80), new[] { 2, 3, 4 }); // a broadcast address
        Assert.Contains(await ReplyAsync("six.example", 80), new[] { 3, 4 }); // link-local without a link
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_far_end_that_is_down_has_a_reply(string carrier)
    {
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, GostProcess.FreePort(), null));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", 80);

        Assert.Equal(1, client.Reply);
    }

    [Fact]
    public async Task Through_the_chain_too_a_refusal_has_its_own_reply()
    {
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", GostProcess.FreePort());

        Assert.Equal(4, client.Reply);
    }

    // Systems take no name at all for their own: what listens on this PC would be reached past every rule about its addresses.
    [Fact]
    public async Task A_host_without_a_name_is_none()
    {
        using var echo = new TcpEcho(IPAddress.IPv6Any);
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect());

        await Assert.ThrowsAnyAsync<IOException>(() => SocksTestClient.ConnectAsync(home.EndPoint("socks"), string.Empty, echo.Port));
        Assert.Equal(0, echo.Accepted);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(0xf3)]
    public async Task Another_command_is_not_supported(byte command)
    {
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect());

        using var client = await SocksTestClient.RequestAsync(home.EndPoint("socks"), command, "127.0.0.1", 80, null, null);

        Assert.Equal(7, client.Reply);
    }

    [Fact]
    public async Task The_services_own_bypass_refuses()
    {
        using var echo = new TcpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(service: "bypass: no,", more: "bypasses: [{name: no, matchers: [127.0.0.0/8]}]"));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);

        Assert.Equal(2, client.Reply);
        Assert.Equal(0, echo.Accepted);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task An_end_said_by_the_destination_arrives_and_takes_nothing_with_it(string carrier)
    {
        using var certificate = new TestCertificate();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, certificate));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), certificate));
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var server = await listener.AcceptTcpClientAsync();
        var data = new byte[300_000];
        Random.Shared.NextBytes(data);

        await server.GetStream().WriteAsync(data);
        server.Close();
        using var received = new MemoryStream();
        await client.Stream.CopyToAsync(received).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(data, received.ToArray());
    }

    [Fact]
    public async Task A_server_that_speaks_first_is_heard_without_nodelay_too()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, nodelay: false));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null, wait: false));
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var server = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(5));

        await server.GetStream().WriteAsync("220 hello\r\n"u8.ToArray());
        var greeting = new byte[11];
        await client.Stream.ReadExactlyAsync(greeting).AsTask().WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("220 hello\r\n"u8.ToArray(), greeting);
    }

    /// <summary>gost's failure 12: without TCP_NODELAY a small packet waits for the acknowledgement of the one before.</summary>
    [Fact]
    public async Task No_socket_of_ours_delays_small_packets()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var dialled = await TcpDialer.ConnectAsync([IPAddress.Loopback], ((IPEndPoint)listener.LocalEndpoint).Port, CancellationToken.None);
        using var socket = await listener.AcceptSocketAsync();
        Assert.False(socket.NoDelay);

        TcpTuning.Apply(socket);

        Assert.True(dialled.Socket.NoDelay);
        Assert.True(socket.NoDelay);
    }
}
