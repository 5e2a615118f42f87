using System.Diagnostics;
using System.Net;
using GostBt.Engine.Packets;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class TunClientTests
{
    private static readonly byte[] FromHome = PacketBuilder.Udp(TunPair.Home, TunPair.Peer, [1]);
    private static readonly byte[] ToHome = PacketBuilder.Udp(TunPair.Peer, TunPair.Home, [2]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Packets_cross_both_ways(bool overStream)
    {
        using MemoryTun vps = new(), home = new();
        var server = TunPair.Server(vps, passphrase: "sesame");
        await using var serving = await RunningService.StartAsync(server);
        var connect = overStream ? TunPair.OverStream(server) : TunPair.OverUdp(server.LocalEndPoint.Port);
        await using var client = await RunningService.StartAsync(TunPair.Client(home, connect, "sesame"));

        Assert.True(await CrossesAsync(home, FromHome, vps, 10));
        Assert.True(await CrossesAsync(vps, ToHome, home, 10));
    }

    [Fact]
    public async Task Two_bundled_ends_agree_on_super_packets_over_a_stream()
    {
        using MemoryTun vps = new(), home = new();
        var server = TunPair.Server(vps);
        await using var serving = await RunningService.StartAsync(server);
        await using var client = await RunningService.StartAsync(TunPair.Client(home, TunPair.OverStream(server)));
        Assert.True(await CrossesAsync(home, FromHome, vps, 10));
        Assert.True(await CrossesAsync(vps, ToHome, home, 10));

        foreach (var (source, destination, from, to) in new[] { (TunPair.Home, TunPair.Peer, home, vps), (TunPair.Peer, TunPair.Home, vps, home) })
        {
            var super = PacketBuilder.SuperFrame(PacketBuilder.Tcp(source, destination, PacketBuilder.Random(60000, new Random(11))), 1380);
            from.SendFrame(super);
            var arrived = to.ReceiveFrame()!;
            Assert.Equal(super[VnetHeader.Size..], arrived[VnetHeader.Size..]);
            Assert.Equal(new VnetHeader(VnetHeader.NeedsChecksum, VnetHeader.GsoTcp4, 40, 1380, 20, 16), VnetHeader.Read(arrived));
        }
    }

    // Linux before 6.2, which Debian 12 has, refuses UDP super-packets that a newer far end makes.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 8)]
    public async Task UDP_super_packets_are_cut_for_a_kernel_that_takes_none(bool takes, int expected)
    {
        using MemoryTun vps = new() { TakesUdpSuperPackets = takes }, home = new();
        var server = TunPair.Server(vps);
        await using var serving = await RunningService.StartAsync(server);
        await using var client = await RunningService.StartAsync(TunPair.Client(home, TunPair.OverStream(server)));
        Assert.True(await CrossesAsync(home, FromHome, vps, 10));
        Assert.True(await CrossesAsync(vps, ToHome, home, 10));
        var payload = PacketBuilder.Random(8000, new Random(13));

        home.SendFrame(PacketBuilder.SuperFrame(PacketBuilder.Udp(TunPair.Home, TunPair.Peer, payload), 1000));

        var arrived = Enumerable.Range(0, expected).Select(_ => vps.Receive()!).ToList();
        Assert.Equal(payload, arrived.SelectMany(p => p[28..]));
        Assert.Null(vps.Receive(0.2));
        Assert.All(arrived, p => Assert.True(takes || PacketBuilder.ChecksumsHold(p)));
    }

    [Fact]
    public async Task Packets_for_others_are_not_taken_from_the_server()
    {
        using MemoryTun vps = new(), home = new();
        var (near, far) = await TunPair.StreamsAsync();
        await using var client = await RunningService.StartAsync(TunPair.Client(home, _ => ChainClientLink.ConnectAsync(new OneStream(near), "h", 1, default)));

        await far.WriteAsync(Framed(PacketBuilder.Udp(TunPair.Peer, "192.168.1.1", [1])));
        await far.WriteAsync(Framed(PacketBuilder.Udp(TunPair.Peer, "127.0.0.1", [1])));
        await far.WriteAsync(Framed(ToHome));

        Assert.Equal(ToHome, home.Receive());
        await far.DisposeAsync();
    }

    // gost: a restarted server knows nobody, and a client without keepalive never finds out.
    [Fact]
    public async Task A_restarted_server_is_picked_up()
    {
        using MemoryTun vps = new(), again = new(), home = new();
        var server = TunPair.Server(vps);
        var serving = await RunningService.StartAsync(server);
        var port = server.LocalEndPoint.Port;
        await using var client = await RunningService.StartAsync(TunPair.Client(home, TunPair.OverUdp(port)));
        Assert.True(await CrossesAsync(home, FromHome, vps, 10));

        await serving.DisposeAsync();
        await using var servingAgain = await RunningService.StartAsync(TunPair.Server(again, port));
        var watch = Stopwatch.StartNew();

        Assert.True(await CrossesAsync(again, ToHome, home, 10));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task A_stream_that_ends_is_replaced()
    {
        using MemoryTun vps = new(), home = new();
        var server = TunPair.Server(vps);
        await using var serving = await RunningService.StartAsync(server);
        Stream? current = null;
        await using var client = await RunningService.StartAsync(TunPair.Client(home, async cancellationToken =>
        {
            var (near, far) = await TunPair.StreamsAsync();
            current = far;
            _ = server.AttachAsync(far, IPAddress.Loopback, cancellationToken);
            return await ChainClientLink.ConnectAsync(new OneStream(near), "h", 1, cancellationToken);
        }));
        Assert.True(await CrossesAsync(home, FromHome, vps, 10));

        var before = current;
        await current!.DisposeAsync();

        Assert.True(await CrossesAsync(home, FromHome, vps, 10));
        Assert.NotSame(before, current);
    }

    // Its TUN may be failing while its relay is not: without a brake the client would shake hands with it ten times a second for as long as that lasts.
    [Fact]
    public async Task A_server_that_answers_and_hangs_up_is_not_dialled_all_the_time()
    {
        using MemoryTun vps = new(), home = new();
        var server = TunPair.Server(vps);
        await using var serving = await RunningService.StartAsync(server);
        var dials = 0;
        await using var client = await RunningService.StartAsync(TunPair.Client(home, async cancellationToken =>
        {
            Interlocked.Increment(ref dials);
            var (near, far) = await TunPair.StreamsAsync();
            _ = server.AttachAsync(far, IPAddress.Loopback, cancellationToken);
            _ = Task.Delay(100, cancellationToken).ContinueWith(_ => far.Dispose(), TaskScheduler.Default);
            return await ChainClientLink.ConnectAsync(new OneStream(near), "h", 1, cancellationToken);
        }));

        await Task.Delay(TimeSpan.FromSeconds(8));
        var before = Volatile.Read(ref dials);
        await Task.Delay(TimeSpan.FromSeconds(6));

        Assert.InRange(before, 2, 70);
        Assert.InRange(Volatile.Read(ref dials) - before, 0, 6);
    }

    // gost: one client that cannot be reached stops the server's traffic to all others for seconds.
    [Fact]
    public async Task A_client_that_takes_nothing_does_not_hold_up_another()
    {
        using MemoryTun vps = new(), home = new();
        var server = TunPair.Server(vps);
        await using var serving = await RunningService.StartAsync(server);
        await using var client = await RunningService.StartAsync(TunPair.Client(home, TunPair.OverStream(server)));
        var (near, far) = await TunPair.StreamsAsync();
        _ = server.AttachAsync(far, IPAddress.Loopback, default);
        await near.WriteAsync(Framed(Keepalive.Hello(default, [TunnelAddress.From(IPAddress.Parse("192.168.123.3"))], Keepalive.SuperPackets)));
        await near.ReadExactlyAsync(new byte[2 + Keepalive.ExtendedAnswerSize]);
        Assert.True(await CrossesAsync(vps, ToHome, home, 10));

        var flood = PacketBuilder.SuperFrame(PacketBuilder.Tcp(TunPair.Peer, "192.168.123.3", new byte[60000]), 1380);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 1000; i++)
            vps.SendFrame(flood);
        vps.Send(ToHome);

        Assert.Equal(ToHome, home.Receive(10));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        await near.DisposeAsync();
    }

    private static async Task<bool> CrossesAsync(MemoryTun from, byte[] packet, MemoryTun to, double seconds)
    {
        // The first packets go nowhere until the client is announced, as on a real interface.
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            from.Send(packet);
            var arrived = await Task.Run(() => to.Receive(0.1));
            if (arrived is null)
                continue;
            Assert.Equal(packet, arrived);
            while (to.Receive(0.3) is not null)
            {
            }

            return true;
        }

        return false;
    }

    private static byte[] Framed(byte[] datagram) => [(byte)(datagram.Length >> 8), (byte)datagram.Length, .. datagram];

    private sealed class OneStream(Stream stream) : IChainDialer
    {
        public ValueTask<Stream> ConnectUdpAsync(string host, int port, CancellationToken cancellationToken) => ValueTask.FromResult(stream);
    }
}
