using GostBt.Engine.Packets;

namespace GostBt.Engine.Tests.Packets;

public sealed class PacketCoalescerTests
{
    private const string Source = "203.0.113.9", Destination = "192.168.123.2";
    private const byte Ack = 0x10, Push = 0x18, Fin = 0x11;

    private readonly List<byte[]> _written = [];
    private readonly PacketCoalescer _coalescer;

    public PacketCoalescerTests() => _coalescer = new PacketCoalescer(frame => _written.Add(frame.ToArray()));

    [Theory]
    [InlineData(Source, Destination)]
    [InlineData("2001:db8::9", "fd00:7::2")]
    public void Merged_and_cut_again_segments_are_what_they_were(string source, string destination)
    {
        var random = new Random(12);
        for (var i = 0; i < 100; i++)
        {
            _written.Clear();
            var mss = random.Next(100, 1400);
            var count = random.Next(2, 60000 / mss);
            var segments = Enumerable.Range(0, count).Select(s => PacketBuilder.Tcp(
                source,
                destination,
                PacketBuilder.Random(s == count - 1 ? random.Next(1, mss + 1) : mss, random),
                sequence: unchecked(0xFFFF_F000 + (uint)(s * mss)),
                flags: s == count - 1 ? Push : Ack,
                identification: (ushort)(7 + s))).ToList();

            foreach (var segment in segments)
                Assert.True(Add(segment));
            _coalescer.Flush();

            Assert.Equal(segments, _written.SelectMany(Cut));
            Assert.InRange(_written.Count, 1, 1 + (count / 100));
        }
    }

    [Fact]
    public void What_does_not_follow_is_not_merged_and_keeps_its_order()
    {
        byte[][] segments =
        [
            Tcp(1000, 100), Tcp(1100, 100), Tcp(1300, 100), Tcp(1200, 100), Tcp(1300, 101), Tcp(1401, 50), Tcp(1451, 50),
            PacketBuilder.Tcp(Source, Destination, new byte[50], 1501, Ack, new byte[12]),
        ];
        foreach (var segment in segments)
            Assert.True(Add(segment));
        _coalescer.Flush();

        Assert.Equal([1000, 1300, 1200, 1300, 1451, 1501], _written.Select(Sequence));
        Assert.Equal(segments.Sum(s => s.Length), _written.SelectMany(Cut).Sum(p => p.Length));
    }

    // A reader that catches up says so in the windows of what it sends; merged, the newest is the one that counts.
    [Fact]
    public void The_newest_window_is_that_of_the_merged_packet()
    {
        ushort[] windows = [0, 100, 5000];
        for (var i = 0; i < windows.Length; i++)
            Assert.True(Add(PacketBuilder.Tcp(Source, Destination, new byte[100], (uint)(1000 + (i * 100)), Ack, window: windows[i])));
        _coalescer.Flush();

        var segments = Cut(Assert.Single(_written));
        Assert.Equal(3, segments.Count);
        Assert.All(segments, segment =>
        {
            Assert.Equal(5000, System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(34)));
            Assert.True(PacketBuilder.ChecksumsHold(segment));
        });
    }

    [Fact]
    public void A_packet_that_cannot_be_merged_lets_what_came_before_it_go_first()
    {
        Assert.True(Add(Tcp(1000, 100)));
        Assert.False(Add(PacketBuilder.Tcp(Source, Destination, [1], 1100, Fin)));
        Assert.Single(_written);
    }

    [Fact]
    public void A_super_packet_lets_what_came_before_it_go_first_too()
    {
        Assert.True(Add(Tcp(1000, 100)));
        Assert.True(OffloadedPacket.TryParse(PacketBuilder.SuperFrame(Tcp(1100, 3000), 1000), out var super));
        Assert.False(_coalescer.TryAdd(super));
        Assert.Single(_written);
    }

    [Fact]
    public void A_wrong_checksum_is_never_hidden_in_a_super_packet()
    {
        var wrong = Tcp(1100, 100);
        wrong[^1] ^= 1;
        Assert.True(Add(Tcp(1000, 100)));
        Assert.False(Add(wrong));
        Assert.Equal(1000u, Sequence(Assert.Single(_written)));
    }

    [Fact]
    public void A_pushed_segment_does_not_wait()
    {
        Assert.True(Add(PacketBuilder.Tcp(Source, Destination, [1], 1000, Push)));
        Assert.Single(_written);
    }

    [Fact]
    public void Others_are_left_alone()
    {
        Assert.False(Add(PacketBuilder.Udp(Source, Destination, [1])));
        Assert.False(Add(PacketBuilder.Tcp(Source, Destination, [], 1000, Ack)));
        _coalescer.Flush();
        Assert.Empty(_written);
    }

    [Fact]
    public void More_flows_than_it_keeps_apart_lose_nothing()
    {
        var expected = new List<byte[]>();
        for (uint i = 0; i < 30; i++)
        {
            for (var flow = 1; flow <= 20; flow++)
            {
                expected.Add(PacketBuilder.Tcp($"203.0.113.{flow}", Destination, new byte[10], 1000 + (i * 10), Ack, identification: 0));
                Assert.True(Add(expected[^1]));
            }
        }

        _coalescer.Flush();
        Assert.Equal(expected.Count * 10, _written.SelectMany(Cut).Sum(p => p.Length - 40));
        foreach (var flow in _written.SelectMany(Cut).GroupBy(p => p[15]))
            Assert.Equal(flow.Select(p => Sequence(PacketBuilder.Frame(p))).Order(), flow.Select(p => Sequence(PacketBuilder.Frame(p))));
    }

    private static byte[] Tcp(uint sequence, int length) => PacketBuilder.Tcp(Source, Destination, new byte[length], sequence, Ack);

    private static uint Sequence(byte[] frame) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(VnetHeader.Size + 24));

    private bool Add(byte[] packet)
    {
        Assert.True(OffloadedPacket.TryParsePlain(packet, out var parsed));
        return _coalescer.TryAdd(parsed);
    }

    private static List<byte[]> Cut(byte[] frame)
    {
        Assert.True(OffloadedPacket.TryParse(frame, out var packet));
        var segmenter = new PacketSegmenter(packet);
        var room = new byte[segmenter.MaximumLength];
        var segments = new List<byte[]>();
        while (segmenter.TryWriteNext(room, out var length))
            segments.Add(room[..length]);
        return segments;
    }
}
