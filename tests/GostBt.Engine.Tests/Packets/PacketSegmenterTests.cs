using System.Buffers.Binary;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tests.Packets;

public sealed class PacketSegmenterTests
{
    private const byte Fin = 0x01, Push = 0x08, Ack = 0x10, CongestionWindowReduced = 0x80;

    [Theory]
    [InlineData("203.0.113.9", "192.168.123.2")]
    [InlineData("2001:db8::9", "fd00:7::2")]
    public void TCP_segments_put_together_are_the_super_packet(string source, string destination)
    {
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var payload = PacketBuilder.Random(random.Next(1, 65000), random);
            var mss = (ushort)random.Next(536, 9000);
            var options = new byte[random.Next(4) * 4];
            var packet = PacketBuilder.Tcp(source, destination, payload, sequence: 0xFFFF_F000, Ack | Push | Fin | CongestionWindowReduced, options);
            var header = packet.Length - payload.Length;

            var segments = Segment(PacketBuilder.SuperFrame(packet, mss));

            Assert.Equal((payload.Length + mss - 1) / mss, segments.Count);
            Assert.Equal(payload, segments.SelectMany(s => s[header..]));
            for (var s = 0; s < segments.Count; s++)
                AssertTcpSegment(packet, segments[s], s, mss, isLast: s == segments.Count - 1);
        }
    }

    [Theory]
    [InlineData("203.0.113.9", "192.168.123.2")]
    [InlineData("2001:db8::9", "fd00:7::2")]
    public void UDP_segments_are_datagrams_of_their_own(string source, string destination)
    {
        var random = new Random(6);
        for (var i = 0; i < 200; i++)
        {
            var size = (ushort)random.Next(1, 1400);
            var payload = PacketBuilder.Random(random.Next(1, Math.Min(60000, size * 128)), random);
            var packet = PacketBuilder.Udp(source, destination, payload);
            var header = packet.Length - payload.Length;

            var segments = Segment(PacketBuilder.SuperFrame(packet, size));

            Assert.Equal(payload, segments.SelectMany(s => s[header..]));
            Assert.All(segments, s =>
            {
                Assert.True(PacketBuilder.ChecksumsHold(s));
                Assert.Equal(s.Length - header + 8, BinaryPrimitives.ReadUInt16BigEndian(s.AsSpan(header - 4)));
                Assert.True(IpPacket.TryParse(s, out var ip) && ip.TotalLength == s.Length);
            });
        }
    }

    [Fact]
    public void A_plain_packet_stays_as_it_is()
    {
        var packet = PacketBuilder.Udp("203.0.113.9", "192.168.123.2", [1, 2, 3]);
        Assert.Equal(packet, Assert.Single(Segment(PacketBuilder.Frame(packet))));
    }

    [Fact]
    public void A_checksum_left_to_the_device_is_completed()
    {
        var packet = PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", [1, 2, 3]);
        var partial = (byte[])packet.Clone();
        (partial[36], partial[37]) = (0xAB, 0xCD);

        var completed = Assert.Single(Segment(PacketBuilder.Frame(partial, new VnetHeader(VnetHeader.NeedsChecksum, 0, 0, 0, 20, 16))));

        Assert.Equal(packet, completed);
    }

    // The sum of these addresses and the protocol fills 64 bits; the length is more than fits.
    [Theory]
    [InlineData("255.249.255.255")]
    [InlineData("255.255.255.255")]
    public void A_sum_that_overflows_loses_nothing(string source)
    {
        var packet = PacketBuilder.Tcp(source, "255.255.255.255", PacketBuilder.Random(3000, new Random(9)));

        Assert.All(Segment(PacketBuilder.SuperFrame(packet, 1000)), segment => Assert.True(PacketBuilder.ChecksumsHold(segment)));
    }

    [Fact]
    public void A_UDP_checksum_of_zero_is_sent_as_ones()
    {
        // Searches for a payload whose sum is all ones: its checksum comes out as zero, which would mean "none".
        for (var value = 0; value <= 0xFFFF; value++)
        {
            var packet = PacketBuilder.Udp("203.0.113.9", "192.168.123.2", [(byte)(value >> 8), (byte)value]);
            if (packet[26] != 0 || packet[27] != 0)
                continue;

            var completed = Assert.Single(Segment(PacketBuilder.Frame(packet, new VnetHeader(VnetHeader.NeedsChecksum, 0, 0, 0, 20, 6))));
            Assert.Equal([0xFF, 0xFF], completed[26..28]);
            return;
        }

        Assert.Fail("no such payload");
    }

    private static void AssertTcpSegment(byte[] super, byte[] segment, int index, int mss, bool isLast)
    {
        var ip = super[0] >> 4 == 4 ? 20 : 40;
        Assert.True(PacketBuilder.ChecksumsHold(segment));
        Assert.True(IpPacket.TryParse(segment, out var parsed) && parsed.TotalLength == segment.Length);
        Assert.Equal(unchecked(0xFFFF_F000 + (uint)(index * mss)), BinaryPrimitives.ReadUInt32BigEndian(segment.AsSpan(ip + 4)));
        Assert.Equal(isLast, (segment[ip + 13] & Push) != 0);
        Assert.Equal(isLast, (segment[ip + 13] & Fin) != 0);
        Assert.Equal(index == 0, (segment[ip + 13] & CongestionWindowReduced) != 0);
        Assert.Equal(Ack, segment[ip + 13] & Ack);
        if (ip == 20)
            Assert.Equal(7 + index, BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(4)));
    }

    private static List<byte[]> Segment(byte[] frame)
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
