using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>Chains of several hops, relays that use a chain themselves, IPv6, and connections of which one half ends first.</summary>
public sealed class ChainTests : IDisposable
{
    private readonly TestCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Two_hops_each_with_a_carrier_of_its_own()
    {
        using var tcp = new TcpEcho();
        using var udp = new UdpEcho();
        await using var last = await TestEngine.StartAsync(Configurations.RelayServer("wss", _certificate));

        // The first relay leads to the last one and nowhere else.
        await using var first = await TestEngine.StartAsync(
            Configurations.RelayServer("tls", _certificate, reach: $"whitelist: true, matchers: [\"127.0.0.1:{last.Port("relay")}\"]"));
        await using var home = await TestEngine.StartAsync(TwoHops(first.Port("relay"), last.Port("relay")));

        using var connection = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", tcp.Port);
        var data = RandomNumberGenerator.GetBytes(200_000);
        Assert.Equal(data, await connection.EchoAsync(data));
        using var association = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.True(await association.AnswersAsync("127.0.0.1", udp.Port));
    }

    [Fact]
    public async Task A_relay_passes_on_through_a_chain_of_its_own_and_decides_itself_what_may_pass()
    {
        using var tcp = new TcpEcho();
        using var udp = new UdpEcho();
        await using var last = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        await using var middle = await TestEngine.StartAsync(
            Configurations.SocksClient("tcp", last.Port("relay"), null, service: "bypass: no,", more: "bypasses: [{name: no, matchers: [127.0.0.2]}]")
                .Replace("handler: {type: socks5, chain: far, metadata: {udp: true}}", "handler: {type: relay, chain: far, metadata: {bind: true}}", StringComparison.Ordinal)
                .Replace("name: socks", "name: relay", StringComparison.Ordinal),
            new FakeResolver { ["allowed.example"] = ["127.0.0.2", "127.0.0.1"] });
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", middle.Port("relay"), null));

        using var connection = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "allowed.example", tcp.Port);
        Assert.Equal([7], await connection.EchoAsync([7]));
        using var refused = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.2", tcp.Port);
        Assert.Equal(2, refused.Reply);
        using var association = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.True(await association.AnswersAsync("127.0.0.1", udp.Port));
        Assert.Equal([1, 0, 0, 0, 0, 1, 9], (await UdpTunnelAsync(middle.EndPoint("relay"), "allowed.example", udp.Port)));
    }

    // A rented server has IPv4, and IPv6 perhaps; which of them the name server says first is chance.
    [Fact]
    public async Task A_UDP_tunnel_to_a_name_takes_the_chain_to_its_IPv4_address()
    {
        using var udp = new UdpEcho();
        await using var last = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        await using var middle = await TestEngine.StartAsync(
            Configurations.SocksClient("tcp", last.Port("relay"), null).Replace(
                "handler: {type: socks5, chain: far, metadata: {udp: true}}", "handler: {type: relay, chain: far}", StringComparison.Ordinal),
            new FakeResolver { ["both.example"] = ["2001:db8::1", "127.0.0.1"] });

        Assert.Equal([1, 0, 0, 0, 0, 1, 9], await UdpTunnelAsync(middle.EndPoint("socks"), "both.example", udp.Port));
    }

    [Fact]
    public async Task A_UDP_tunnel_carries_frames_both_ways()
    {
        using var udp = new UdpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));

        Assert.Equal([1, 0, 0, 0, 0, 1, 9], await UdpTunnelAsync(far.EndPoint("relay"), "127.0.0.1", udp.Port));
    }

    [SkippableFact]
    public async Task IPv6_on_every_leg()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "no IPv6 here");
        using var tcp = new TcpEcho(IPAddress.IPv6Loopback);
        using var udp = new UdpEcho(IPAddress.IPv6Loopback);
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("wss", _certificate, addr: "[::1]:0"));
        var yaml = Configurations.SocksClient("wss", far.Port("relay"), _certificate, addr: "[::1]:0").Replace($"127.0.0.1:{far.Port("relay")}", $"[::1]:{far.Port("relay")}", StringComparison.Ordinal);
        await using var home = await TestEngine.StartAsync(yaml);

        using var connection = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "::1", tcp.Port);
        Assert.Equal([7], await connection.EchoAsync([7]));
        using var association = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.Equal(IPAddress.IPv6Loopback, association.Bound.Address);
        await association.SendAsync("::1", udp.Port, [1, 2, 3]);
        Assert.Equal(udp.EndPoint, (await association.ReceiveAsync())?.Source);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task A_client_that_ends_its_half_still_gets_the_answer(string carrier)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate));
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var server = await listener.AcceptTcpClientAsync();

        await client.Stream.WriteAsync("question"u8.ToArray());
        client.Stream.Socket.Shutdown(SocketShutdown.Send);
        using var question = new MemoryStream();
        await server.GetStream().CopyToAsync(question).WaitAsync(TimeSpan.FromSeconds(10));
        await server.GetStream().WriteAsync("answer"u8.ToArray());
        server.Close();
        using var answer = new MemoryStream();
        await client.Stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("question"u8.ToArray(), question.ToArray());
        Assert.Equal("answer"u8.ToArray(), answer.ToArray());
    }

    // The status and the first frame that comes back.
    private static async Task<byte[]> UdpTunnelAsync(IPEndPoint relay, string host, int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(relay);
        await tcp.GetStream().WriteAsync((byte[])[.. RelayTestClient.ConnectUdp(host, port), 0, 1, 9]);
        var answer = new byte[7];
        await tcp.GetStream().ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return answer;
    }

    private string TwoHops(int first, int last)
    {
        var yaml = Configurations.SocksClient("tls", first, _certificate);
        var secondHop = Configurations.SocksClient("wss", last, _certificate);
        var from = secondHop.IndexOf("      - name: far", StringComparison.Ordinal);
        return yaml.TrimEnd() + "\n" + secondHop[from..];
    }
}
