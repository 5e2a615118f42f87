using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>Bytes nobody meant, against each listener: seeded, bounded, and always followed by a client that must be served.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 150;

    private static readonly byte[] UpgradeRequest =
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray();

    private static readonly FakeResolver Names = new() { ["localhost"] = ["127.0.0.1"] };

    // A mutated address is somebody's: nothing leaves this machine.
    private const string LoopbackOnly = "whitelist: true, matchers: [127.0.0.0/8, \"::1\"]";

    [Theory]
    [InlineData("tcp", 1)]
    [InlineData("ws", 2)]
    [InlineData("tls", 3)]
    public async Task The_relay_serves_on(string carrier, int seed)
    {
        using var certificate = new TestCertificate();
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, certificate, reach: LoopbackOnly), Names);
        var random = new Random(seed);
        byte[][] seeds =
        [
            RelayTestClient.Connect("127.0.0.1", echo.Port), RelayTestClient.ConnectUdp("127.0.0.1", echo.Port), RelayTestClient.Bind(udp: true, "0.0.0.0", 0),
            UpgradeRequest,

            // A websocket's binary message with a zero mask, then a ping, then a close frame.
            [.. UpgradeRequest, 0x82, 0x8c, 0, 0, 0, 0, 1, 1, 0, 8, 2, 0, 5, 3, 1, 65, 0, 80, 0x89, 0x80, 0, 0, 0, 0, 0x88, 0x82, 0, 0, 0, 0, 3, 232],
            [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3],
        ];

        await ThrowAsync(far.EndPoint("relay"), random, seeds);

        Assert.True(far.IsServing);
        Assert.DoesNotContain(" error ", far.Log, StringComparison.Ordinal);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), certificate));
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);
        Assert.Equal([7], await client.EchoAsync([7]));
    }

    [Fact]
    public async Task The_relay_serves_on_after_broken_datagram_frames()
    {
        using var echo = new UdpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, reach: LoopbackOnly), Names);
        var random = new Random(4);
        for (var i = 0; i < Rounds; i++)
        {
            // An open association with rubbish on it.
            var rubbish = new byte[random.Next(1, 600)];
            random.NextBytes(rubbish);
            byte[] valid = [0, 1, 0xff, .. SocksTestClient.Address("127.0.0.1", echo.Port), 9];
            byte[] request = i % 2 == 0 ? RelayTestClient.Bind(udp: true, "0.0.0.0", 0) : RelayTestClient.ConnectUdp("127.0.0.1", echo.Port);
            Assert.Equal(0, (await RelayTestClient.AnswerAsync(far.EndPoint("relay"), [.. request, .. valid, .. rubbish]))[1]);
        }

        Assert.True(far.IsServing);
        Assert.DoesNotContain(" error ", far.Log, StringComparison.Ordinal);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null));
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
    }

    [Fact]
    public async Task Socks5_serves_on()
    {
        using var echo = new TcpEcho();
        using var udp = new UdpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(service: "bypass: only,", more: $"bypasses: [{{name: only, {LoopbackOnly}}}]"), Names);
        byte[][] seeds =
        [
            [5, 1, 0, 5, 1, 0, .. SocksTestClient.Address("127.0.0.1", echo.Port), 1, 2, 3],
            [5, 1, 0, 5, 3, 0, .. SocksTestClient.Address("0.0.0.0", 0)],
            [5, 2, 0, 2, 5, 1, 0, .. SocksTestClient.Address("localhost", echo.Port)],
        ];

        await ThrowAsync(home.EndPoint("socks"), new Random(5), seeds);

        Assert.True(home.IsServing);
        Assert.DoesNotContain(" error ", home.Log, StringComparison.Ordinal);
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);
        Assert.Equal([7], await client.EchoAsync([7]));
    }

    [Fact]
    public async Task An_association_serves_on()
    {
        using var echo = new UdpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(service: "bypass: only,", more: $"bypasses: [{{name: only, {LoopbackOnly}}}]"), Names);
        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        var random = new Random(6);
        byte[] valid = [0, 0, 0, .. SocksTestClient.Address("127.0.0.1", echo.Port), 1, 2, 3];
        for (var i = 0; i < Rounds * 5; i++)
        {
            await client.SendRawAsync(Mutate(valid, random));
        }

        while (await client.ReceiveAsync(TimeSpan.FromMilliseconds(300)) is not null)
        {
        }

        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
    }

    private static async Task ThrowAsync(IPEndPoint server, Random random, byte[][] seeds)
    {
        var buffer = new byte[4096];
        for (var i = 0; i < Rounds; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server);
            var stream = client.GetStream();
            try
            {
                await stream.WriteAsync(Mutate(seeds[random.Next(seeds.Length)], random));
                if (random.Next(3) == 0)
                {
                    client.Client.Shutdown(SocketShutdown.Send);
                }

                using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
                while (await stream.ReadAsync(buffer, moment.Token) > 0)
                {
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // Thrown out, or left waiting: both are fine for a stranger.
            }
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = random.Next(4) == 0 ? new byte[random.Next(1, 300)] : seed.ToArray();
        if (bytes.Length != seed.Length)
        {
            random.NextBytes(bytes);
            return bytes;
        }

        // Half of the changes near the end, where a wrong byte meets code that the first bytes have led to.
        var from = random.Next(2) == 0 ? 0 : Math.Max(0, bytes.Length - 40);
        for (var n = random.Next(0, 4); n > 0; n--)
        {
            bytes[random.Next(from, bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) switch
        {
            0 => bytes[..random.Next(1, bytes.Length + 1)],
            1 => [.. bytes, .. bytes],
            _ => bytes,
        };
    }
}
