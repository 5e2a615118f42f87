using System.Net;
using GostBt.Engine.Packets;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

/// <summary>Once warm, carrying a packet allocates nothing: no pauses for collections under load.</summary>
public sealed class HotPathTests
{
    private const int Packets = 20_000;

    // Half of the smallest object for each packet: taking a batch may allocate in a debug build, a packet may not.
    private const int Tolerated = Packets * 12;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Queueing_and_taking_allocates_nothing(bool superPackets)
    {
        var queue = new FrameQueue { SuperPackets = superPackets };
        var frame = PacketBuilder.SuperFrame(PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", new byte[2000]), 1380);
        await CarryAsync(queue, frame, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await CarryAsync(queue, frame, Packets);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Tolerated);
    }

    [Fact]
    public void Merging_and_writing_allocates_nothing()
    {
        using var tun = new CountingTun();
        var writer = new TunWriter(tun);
        var segment = PacketBuilder.Frame(PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", new byte[1000], flags: 0x10));
        var datagram = PacketBuilder.Frame(PacketBuilder.Udp("203.0.113.9", "192.168.123.2", new byte[1000]));
        Write(writer, segment, datagram, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(writer, segment, datagram, Packets);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Tolerated);
        Assert.True(tun.Written > Packets);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Published_ports_allocate_nothing(bool taken)
    {
        var posted = 0;
        var sent = 0;
        var taker = new CountingTaker();
        var settings = TunPair.Settings();
        using var outbox = new PacketOutbox("outbox", settings.Mtu, _ => Interlocked.Increment(ref sent));
        var idle = new TakenPorts(settings, outbox);
        var sending = new TakenPorts(settings, outbox);
        using var port = sending.TryTake(new IPEndPoint(IPAddress.Parse(TunPair.Home), 6666), taker)!;
        var receiving = taken ? sending : idle;
        var datagram = PacketBuilder.Udp("203.0.113.9", TunPair.Home, new byte[1000]);
        byte[] addressed = [1, 203, 0, 113, 9, 26, 225, .. new byte[1000]];
        Carry(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Carry(Packets);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Tolerated);
        Assert.Equal(Packets + 100, sent);
        Assert.Equal(taken ? Packets + 100 : 0, taker.Taken);

        void Carry(int packets)
        {
            Span<byte> bytes = stackalloc byte[datagram.Length];
            for (var i = 0; i < packets; i++)
            {
                datagram.CopyTo(bytes);
                Assert.True(OffloadedPacket.TryParsePlain(bytes, out var packet));
                Assert.True(receiving.TryHandOver(bytes, packet) == taken);
                port.Send(addressed);

                // None may be dropped, as they are counted.
                if (++posted % 100 == 0)
                {
                    while (Volatile.Read(ref sent) < posted)
                        Thread.Yield();
                }
            }
        }
    }

    private static async Task CarryAsync(FrameQueue queue, byte[] frame, int packets)
    {
        for (var i = 0; i < packets; i++)
        {
            Post(queue, frame);
            // There is something to take, so this completes at once, on this thread.
            if (i % 50 == 49)
                queue.Return((await queue.TakeAsync())!);
        }
    }

    private static void Post(FrameQueue queue, byte[] frame)
    {
        Assert.True(OffloadedPacket.TryParse(frame, out var packet));
        Assert.True(queue.Post(packet, TimeSpan.Zero));
    }

    private static void Write(TunWriter writer, byte[] segment, byte[] datagram, int packets)
    {
        Span<byte> room = stackalloc byte[2000];
        for (var i = 0; i < packets; i++)
        {
            for (var kind = 0; kind < 2; kind++)
            {
                var frame = kind == 0 ? segment : datagram;
                frame.CopyTo(room);
                Assert.True(TunWriter.TryParse(room[..frame.Length], superPackets: false, out var packet));
                writer.Write(room[..frame.Length], packet);
            }
        }

        writer.Flush();
    }

    private sealed class CountingTaker : IDatagramTaker
    {
        public int Taken { get; private set; }

        public void Take(Span<byte> frame) => Taken++;
    }

    private sealed class CountingTun : ITunDevice
    {
        public int Written { get; private set; }

        public string Name => "counting";

        public bool TakesUdpSuperPackets => true;

        public int TryRead(Span<byte> buffer) => 0;

        public bool WaitReadable() => false;

        public void Write(ReadOnlySpan<byte> frame) => Written++;

        public void Stop()
        {
        }

        public void Dispose()
        {
        }
    }
}
