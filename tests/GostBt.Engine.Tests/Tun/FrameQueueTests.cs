using System.Buffers.Binary;
using System.Diagnostics;
using GostBt.Engine.Packets;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class FrameQueueTests
{
    private static readonly byte[] Super = PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", PacketBuilder.Random(60000, new Random(8)));

    [Fact]
    public async Task What_was_posted_meanwhile_comes_as_one_batch()
    {
        var queue = new FrameQueue();
        for (byte i = 1; i <= 100; i++)
            Assert.True(queue.Post([i, i]));

        var frames = Split(await queue.TakeAsync());

        Assert.Equal(Enumerable.Range(1, 100).Select(i => new[] { (byte)i, (byte)i }), frames);
    }

    [Fact]
    public async Task A_super_packet_goes_whole_to_a_bundled_peer_and_in_pieces_to_gost()
    {
        var frame = PacketBuilder.SuperFrame(Super, 1380);
        var bundled = new FrameQueue { SuperPackets = true };
        var gost = new FrameQueue();

        Assert.True(Post(bundled, frame, TimeSpan.Zero));
        Assert.True(Post(gost, frame, TimeSpan.Zero));

        var whole = Assert.Single(Split(await bundled.TakeAsync()));
        Assert.Equal(Super, whole[VnetHeader.Size..]);
        var pieces = Split(await gost.TakeAsync());
        Assert.Equal(44, pieces.Count);
        Assert.All(pieces, p => Assert.True(p.Length <= 1420 && PacketBuilder.ChecksumsHold(p)));
        Assert.Equal(Super[40..], pieces.SelectMany(p => p[40..]));
    }

    [Fact]
    public async Task A_super_packet_too_long_for_a_frame_with_its_header_goes_in_pieces()
    {
        var packet = PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", new byte[65530 - 40]);
        var queue = new FrameQueue { SuperPackets = true };

        Assert.True(Post(queue, PacketBuilder.SuperFrame(packet, 1380), TimeSpan.Zero));

        Assert.Equal(48, Split(await queue.TakeAsync()).Count);
    }

    // Verified by the sender's card: it may do without the header, but the header alone makes it too long.
    [Theory]
    [InlineData(65525, true)]
    [InlineData(65526, false)]
    [InlineData(65535, false)]
    public async Task A_packet_too_long_for_a_frame_with_its_header_goes_without(int length, bool withHeader)
    {
        var packet = PacketBuilder.Udp("203.0.113.9", "192.168.123.2", PacketBuilder.Random(length - 28, new Random(length)));
        var queue = new FrameQueue { SuperPackets = true };

        Assert.True(Post(queue, PacketBuilder.Frame(packet, new VnetHeader(VnetHeader.DataValid, 0, 0, 0, 0, 0)), TimeSpan.Zero));

        var frame = Assert.Single(Split(await queue.TakeAsync()));
        Assert.Equal(packet, frame[(withHeader ? VnetHeader.Size : 0)..]);
    }

    [Fact]
    public void A_peer_that_takes_nothing_costs_a_bounded_amount_of_memory_and_one_wait()
    {
        var queue = new FrameQueue { SuperPackets = true };
        var frame = PacketBuilder.SuperFrame(Super, 1380);
        var watch = Stopwatch.StartNew();
        var posted = 0;
        for (var i = 0; i < 10000; i++)
            posted += Post(queue, frame, TimeSpan.FromMilliseconds(50)) ? 1 : 0;

        Assert.InRange(posted, 3, 3 * FrameQueue.DefaultBatchCapacity / Super.Length);
        Assert.Equal(10000 - posted, queue.Dropped);
        Assert.InRange(watch.ElapsedMilliseconds, 40, 5000);
    }

    [Fact]
    public void A_keepalive_finds_room_in_a_queue_that_is_full_of_packets()
    {
        var queue = new FrameQueue();
        var datagram = PacketBuilder.Frame(PacketBuilder.Udp("203.0.113.9", "192.168.123.2", new byte[1]));
        while (Post(queue, datagram, TimeSpan.Zero))
        {
        }

        Assert.True(queue.Post(new byte[52]));
    }

    [Fact]
    public async Task A_busy_peer_is_waited_for()
    {
        var queue = new FrameQueue { SuperPackets = true };
        var frame = PacketBuilder.SuperFrame(Super, 1380);
        while (Post(queue, frame, TimeSpan.Zero))
        {
        }

        var waiting = Task.Run(() => Post(queue, frame, TimeSpan.FromSeconds(20)));
        await Task.Delay(50);
        Assert.False(waiting.IsCompleted);
        queue.Return((await queue.TakeAsync())!);
        Assert.True(await waiting);
    }

    [Fact]
    public async Task Completing_wakes_both_ends()
    {
        var queue = new FrameQueue { SuperPackets = true };
        var frame = PacketBuilder.SuperFrame(Super, 1380);
        while (Post(queue, frame, TimeSpan.Zero))
        {
        }

        var posting = Task.Run(() => Post(queue, frame, TimeSpan.FromSeconds(60)));
        var idle = new FrameQueue();
        var taking = idle.TakeAsync();
        await Task.Delay(20);
        queue.Complete();
        idle.Complete();

        Assert.False(await posting);
        Assert.Null(await taking);
        Assert.Null(await queue.TakeAsync());
    }

    [Fact]
    public async Task Nothing_is_lost_or_reordered_between_two_threads()
    {
        var queue = new FrameQueue(70000, 2);
        const int Count = 200_000;
        var producing = Task.Run(() =>
        {
            var packet = PacketBuilder.Udp("203.0.113.9", "192.168.123.2", new byte[4]);
            for (var i = 0; i < Count; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(28), i);
                Assert.True(OffloadedPacket.TryParsePlain(packet, out var parsed));
                Assert.True(queue.Post(parsed, TimeSpan.FromSeconds(30)));
            }
        });

        for (var next = 0; next < Count;)
        {
            var batch = await queue.TakeAsync();
            foreach (var frame in Split(batch))
                Assert.Equal(next++, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(28)));
            queue.Return(batch!);
        }

        await producing;
    }

    private static bool Post(FrameQueue queue, byte[] frame, TimeSpan patience)
    {
        Assert.True(OffloadedPacket.TryParse(frame, out var packet));
        return queue.Post(packet, patience);
    }

    private static List<byte[]> Split(FrameBatch? batch)
    {
        var frames = new List<byte[]>();
        for (var rest = batch!.Written.Span; rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            frames.Add(rest.Slice(2, length).ToArray());
            rest = rest[(2 + length)..];
        }

        return frames;
    }
}
