using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using GostBt.Engine.Bypasses;
using GostBt.Engine.Carriers;
using GostBt.Engine.Logging;
using GostBt.Engine.Packets;
using GostBt.Engine.Relay;
using GostBt.Engine.Routing;
using GostBt.Engine.Services;
using GostBt.Engine.Socks;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tests.Support;
using GostBt.Engine.Tests.Tun;
using GostBt.Engine.Tun;
using GostBt.Gost;
using Xunit.Abstractions;

namespace GostBt.Engine.Tests.Malformed;

/// <summary>
/// A million malformed inputs, shared out over every layer that takes bytes from strangers: each ends in one of the few ways that a stranger's connection may end,
/// nothing grows, and whoever is in order is served meanwhile. <c>GOSTBT_FUZZ_SEED</c> sets another seed.
/// </summary>
[Collection(AloneDefinition.Name)]
public sealed class MalformedInputTests(ITestOutputHelper output)
{
    private const int RelayInputs = 340_000;
    private const int SocksInputs = 240_000;
    private const int SocksDatagrams = 80_000;
    private const int WebSocketInputs = 120_000;
    private const int TlsInputs = 20_000;
    private const int TunDatagrams = 120_000;
    private const int TunStreams = 80_000;

    // An address of this machine at which nobody listens: nothing leaves it, whatever a mutated address says.
    private const string Reachable = "127.77.77.77";

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private static readonly byte[] Upgrade =
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray();

    // The runtime's own reading of extensions, ahead of TLS, ended in an ArgumentOutOfRangeException.
    private static readonly byte[] HelloCutShort = Convert.FromHexString(
        "16030100F4010000F003CC87C6DB59E77CBFBCB0779EB22CC109FCE89BEFB56A769469553220A3B453444AA5ABFC030CD89184A1BBDDF2C7EDED930643498BD212D7A8FBDF83"
        + "000813021303130100FF0100009F0000000B0009000006676F73746274000B000403000102000A00160014001D0017001E001900180100010101020103010400230000000500"
        + "0501000000000016000000170000000D001E001C040305030603080708080809080A080B080408050806040105010601002B0003020304002D00020101003300260024001D00"
        + "20FB7DD93817937EF4AA0C080A080B080408050806040105010601002B0003020304002D00020101003300260024001D0020FB7DD93817937EF4AA0CC4FEB20B6D4F476A1D1E"
        + "3C2D445AC3974C04");

    private static readonly EngineLog NoLog = new(TextWriter.Null, EngineLogLevel.Debug);

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("GOSTBT_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 20261122;

    [Fact]
    public void The_inputs_are_a_million() =>
        Assert.Equal(1_000_000, RelayInputs + SocksInputs + SocksDatagrams + WebSocketInputs + TlsInputs + TunDatagrams + TunStreams);

    [Fact]
    public async Task Relay()
    {
        var service = new GostService("relay", ":0", new GostHandler("relay") { Metadata = new Dictionary<string, object> { ["bind"] = true } }, new GostListener("tcp"));
        var auther = new Dictionary<string, GostAuther>(StringComparer.Ordinal) { ["users"] = new("users", [new GostAuth(Configurations.User, Configurations.Password)]) };
        var strict = new RelayHandler(service, Credentials.Of(service.Handler with { Auther = "users" }, auther), Nowhere(), tuns: null, NoLog);
        var open = new RelayHandler(service, credentials: null, Nowhere(), tuns: null, NoLog);
        byte[] datagram = [0, 1, 0, .. SocksTestClient.Address(Reachable, 9), 9];
        byte[] frame = [0, 4, 1, 2, 3, 4];
        byte[][] seeds =
        [
            RelayTestClient.Connect("192.0.2.1", 80), RelayTestClient.Connect("a.name.example", 80), RelayTestClient.Connect("2001:db8::1", 443, user: null),
            [.. RelayTestClient.ConnectUdp("192.0.2.1", 53), .. frame, .. frame],
            [.. RelayTestClient.Bind(udp: true, "0.0.0.0", 0), .. datagram, .. datagram],
            RelayTestClient.Bind(udp: false, "0.0.0.0", 22),
        ];

        await ThrowAsync(RelayInputs, seeds, (input, random) => ConnectionAsync(random.Next(2) == 0 ? strict : open, input, random));
    }

    [Fact]
    public async Task Socks()
    {
        var service = new GostService("socks", ":0", new GostHandler("socks5") { Metadata = new Dictionary<string, object> { ["udp"] = true } }, new GostListener("tcp"));
        var open = new SocksHandler(service, credentials: null, Nowhere(), new TunClients(), NoLog);
        var auther = new Dictionary<string, GostAuther>(StringComparer.Ordinal) { ["users"] = new("users", [new GostAuth("me", "secret")]) };
        var strict = new SocksHandler(service, Credentials.Of(service.Handler with { Auther = "users" }, auther), Nowhere(), new TunClients(), NoLog);
        byte[][] seeds =
        [
            [5, 1, 0, 5, 1, 0, .. SocksTestClient.Address("192.0.2.1", 80), 1, 2, 3],
            [5, 2, 0, 2, 5, 1, 0, .. SocksTestClient.Address("a.name.example", 80)],
            [5, 1, 0, 5, 3, 0, .. SocksTestClient.Address("0.0.0.0", 0), 1],
            [5, 1, 2, 1, 2, .. "me"u8, 6, .. "secret"u8, 5, 1, 0, .. SocksTestClient.Address("2001:db8::1", 80)],
            [5, 1, 2, 1, 2, .. "me"u8, 6, .. "secret"u8, 5, 3, 0, .. SocksTestClient.Address("0.0.0.0", 0)],
        ];

        await ThrowAsync(SocksInputs, seeds, (input, random) => ConnectionAsync(random.Next(2) == 0 ? strict : open, input, random));
    }

    [Fact]
    public async Task Datagrams_of_a_socks_association()
    {
        using var footprint = new Footprint();
        using var echo = new UdpEcho();
        await using (var home = await TestEngine.StartAsync(
            Configurations.SocksDirect(service: "bypass: only,", more: $"bypasses: [{{name: only, whitelist: true, matchers: [{Reachable}, \"127.0.0.1:{echo.Port}\"]}}]"),
            new FakeResolver { ["localhost"] = ["127.0.0.1"] },
            EngineLogLevel.Error))
        {
            using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
            var mutator = Mutator(
                0,
                [0, 0, 0, .. SocksTestClient.Address("127.0.0.1", echo.Port), 1, 2, 3],
                [0, 0, 0, .. SocksTestClient.Address(Reachable, 9), .. new byte[1400]],
                [0, 0, 0, .. SocksTestClient.Address("a.name.example", 6881), 1],
                [0, 0, 1, .. SocksTestClient.Address("2001:db8::1", 6881), 1]);
            for (var sent = 0; sent < SocksDatagrams; sent += 100)
            {
                for (var i = 0; i < 100; i++)
                {
                    await client.SendRawAsync(mutator.Next());
                }

                // No more are under way than a socket's buffer holds, and a client in order is served between them.
                Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port), Said("the association no longer answers"));
            }

            Assert.Empty(home.Log);
        }

        await footprint.AssertUnchangedAsync();
    }

    [Fact]
    public async Task WebSocket()
    {
        byte[][] seeds =
        [
            Upgrade,
            [.. Upgrade, 0x82, 0x84, 0, 0, 0, 0, 1, 2, 3, 4, 0x89, 0x80, 0, 0, 0, 0, 0x88, 0x82, 0, 0, 0, 0, 3, 232],
            [.. Upgrade, 0x02, 0x81, 1, 2, 3, 4, 9, 0x00, 0x81, 1, 2, 3, 4, 9, 0x80, 0x81, 1, 2, 3, 4, 9],
            [.. Upgrade, 0x82, 0xFE, 0, 200, 1, 2, 3, 4, .. new byte[200]],
            [.. Upgrade, 0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4, .. new byte[9]],
        ];

        await ThrowAsync(WebSocketInputs, seeds, async (input, random) =>
        {
            await using var stream = await WebSocketUpgrade.AcceptAsync(new ScriptedStream(input, random), WebSocketUpgrade.DefaultPath, CancellationToken.None);
            var buffer = new byte[256];
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        });
    }

    [Fact]
    public async Task Tls()
    {
        using var certificate = new TestCertificate();
        var identity = TlsIdentity.Load(new GostTls { CertFile = certificate.CertFile, KeyFile = certificate.KeyFile }, "relay", NoLog);
        byte[][] seeds =
        [
            await ClientHelloAsync(SslProtocols.Tls12), await ClientHelloAsync(SslProtocols.Tls13), await ClientHelloAsync(SslProtocols.Tls12 | SslProtocols.Tls13),
            [0x15, 3, 3, 0, 2, 2, 40], [0x16, 3, 1, 0x40, 0, 1, 0, 0x3F, 0xFC, 3, 3],
        ];

        await ThrowAsync(TlsInputs, seeds, async (input, random) =>
        {
            await using var stream = await identity.AcceptAsync(new ScriptedStream(input, random), CancellationToken.None);
        });
    }

    [Fact]
    public async Task A_hello_whose_extension_is_cut_short()
    {
        using var certificate = new TestCertificate();
        var identity = TlsIdentity.Load(new GostTls { CertFile = certificate.CertFile, KeyFile = certificate.KeyFile }, "relay", NoLog);

        await Assert.ThrowsAsync<AuthenticationException>(
            async () => await identity.AcceptAsync(new ScriptedStream(HelloCutShort, new Random(1)), CancellationToken.None));
    }

    [Fact]
    public async Task Datagrams_to_the_TUN_s_port()
    {
        using var footprint = new Footprint();
        using (var tun = new MemoryTun())
        {
            var server = TunPair.Server(tun, passphrase: "sesame");
            await using var running = await RunningService.StartAsync(server);
            using var home = new BareClient(server.LocalEndPoint);
            home.Announce("sesame", TunPair.Home);
            using var friend = new BareClient(server.LocalEndPoint);
            friend.Announce("sesame", "192.168.123.3");
            using var stranger = new BareClient(server.LocalEndPoint);
            var mutator = Mutator(0, TunSeeds("192.168.123.3"));
            var packet = PacketBuilder.Udp(TunPair.Home, TunPair.Peer, [7, 7, 7]);
            for (var sent = 0; sent < TunDatagrams; sent += 100)
            {
                for (var i = 0; i < 100; i++)
                {
                    // A friend's datagrams get further than a stranger's.
                    (mutator.Random.Next(2) == 0 ? friend : stranger).Send(mutator.Next());
                }

                RequirePassage(home, tun, packet);
            }

            Assert.False(running.Running.IsCompleted);
        }

        await footprint.AssertUnchangedAsync();
    }

    [Fact]
    public async Task Streams_to_the_TUN()
    {
        using var tun = new MemoryTun();
        var server = TunPair.Server(tun, passphrase: "sesame");
        await using var running = await RunningService.StartAsync(server);
        using var home = new BareClient(server.LocalEndPoint);
        home.Announce("sesame", TunPair.Home);
        byte[][] seeds = [.. TunSeeds("192.168.123.3").Where(seed => seed.Length < 4000).Select(seed => (byte[])[(byte)(seed.Length >> 8), (byte)seed.Length, .. seed])];
        seeds = [.. seeds, [.. seeds.SelectMany(seed => seed)]];

        await ThrowAsync(TunStreams, seeds, async (input, random) =>
        {
            await server.AttachAsync(new ScriptedStream(input, random), IPAddress.Loopback, CancellationToken.None);
            while (tun.Receive(0) is not null)
            {
            }
        });

        RequirePassage(home, tun, PacketBuilder.Udp(TunPair.Home, TunPair.Peer, [7, 7, 7]));
        Assert.False(running.Running.IsCompleted);
    }

    // The ways in which a stranger's connection may end; all else would be logged as a defect (CarrierListener).
    private static bool IsExpected(Exception e) => e is IOException or SocketException or AuthenticationException or OperationCanceledException or InvalidDataException or ObjectDisposedException;

    private static Router Nowhere()
    {
        var reach = new BypassList(new GostBypass("reach") { Whitelist = true, Matchers = [Reachable] }, NoLog);
        return new Router(chain: null, reach, new FakeResolver { ["a.name.example"] = ["192.0.2.1"] });
    }

    private static async Task ConnectionAsync(IConnectionHandler handler, byte[] input, Random random)
    {
        var waiting = new PendingConnections(8, 8, TimeSpan.FromMinutes(1));
        var local = new IPEndPoint(IPAddress.Loopback, 1);
        using var entry = waiting.Add(IPAddress.Loopback, CancellationToken.None);
        await using var stream = new ScriptedStream(input, random);
        await handler.HandleAsync(new AcceptedConnection(stream, local, new IPEndPoint(IPAddress.Loopback, 2), entry), CancellationToken.None);
    }

    private static byte[][] TunSeeds(string client) =>
    [
        Keepalive.Hello("sesame"u8.ToArray(), [TunnelAddress.From(IPAddress.Parse(client))], capabilities: null),
        Keepalive.Hello("sesame"u8.ToArray(), [TunnelAddress.From(IPAddress.Parse(client)), TunnelAddress.From(IPAddress.Parse(TunPair.Home6))], capabilities: null),
        PacketBuilder.Udp(client, TunPair.Peer, [1, 2, 3]),
        PacketBuilder.Udp(client, TunPair.Peer, new byte[1300]),
        PacketBuilder.Udp(TunPair.Home6, "2001:db8::9", [1]),
        [0x45, 0, 0x40, 0x01, .. new byte[16_381]],
        "GOST"u8.ToArray(),
    ];

    private static async Task<byte[]> ClientHelloAsync(SslProtocols protocols)
    {
        using var recorded = new MemoryStream();
        await using var tls = new SslStream(new RecordingStream(recorded));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = TestCertificate.Name, EnabledSslProtocols = protocols });
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The other side only listens.
        }

        return recorded.ToArray();
    }

    /// <summary>A packet of a client in order arrives, and one to it.</summary>
    private void RequirePassage(BareClient home, MemoryTun tun, byte[] packet)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            // As a client does all the time: it may have been silent for long, or somebody with the passphrase may have taken its address.
            home.Hello("sesame", TunPair.Home);
            home.Send(packet);
            while (tun.Receive(0.2) is { } arrived)
            {
                if (arrived.AsSpan().SequenceEqual(packet))
                {
                    return;
                }
            }
        }

        Assert.Fail(Said("packets of a client in order no longer arrive"));
    }

    private Mutator Mutator(int worker, params byte[][] seeds)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {_seed}, worker {worker}"));
        return new Mutator(unchecked((_seed * 31) + worker), seeds);
    }

    private string Said(string what) => string.Create(CultureInfo.InvariantCulture, $"{what} (GOSTBT_FUZZ_SEED={_seed})");

    private async Task ThrowAsync(int count, byte[][] seeds, Func<byte[], Random, Task> throwAsync)
    {
        using var footprint = new Footprint();
        const int Workers = 4;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var mutator = Mutator(worker, seeds);
            for (var i = 0; i < count / Workers; i++)
            {
                var input = mutator.Next();
                try
                {
                    await throwAsync(input, mutator.Random).WaitAsync(Hang);
                }
                catch (Exception e) when (IsExpected(e))
                {
                    // Thrown out.
                }
                catch (Exception e)
                {
                    Assert.Fail(Said($"{e.GetType().Name} at input {i} of worker {worker}, {Convert.ToHexString(input)}: {e}"));
                }
            }
        })));
        await footprint.AssertUnchangedAsync();
    }

    /// <summary>Keeps what is written, and has nothing to read.</summary>
    private sealed class RecordingStream(MemoryStream target) : DuplexStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => target.WriteAsync(buffer, cancellationToken);
    }
}
