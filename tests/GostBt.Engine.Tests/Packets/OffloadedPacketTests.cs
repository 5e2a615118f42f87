using GostBt.Engine.Packets;

namespace GostBt.Engine.Tests.Packets;

/// <summary>A vnet header from another machine is a claim; the kernel acts on it, so it is checked first.</summary>
public sealed class OffloadedPacketTests
{
    private static readonly byte[] Tcp = PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", new byte[5000]);
    private static readonly byte[] Udp = PacketBuilder.Udp("203.0.113.9", "192.168.123.2", new byte[5000]);

    [Fact]
    public void Offsets_are_computed_and_not_believed()
    {
        var lying = new VnetHeader(VnetHeader.NeedsChecksum, VnetHeader.GsoTcp4, 60000, 1000, 50000, 50001);

        Assert.True(OffloadedPacket.TryParse(PacketBuilder.Frame(Tcp, lying), out var packet));
        Assert.Equal(new VnetHeader(VnetHeader.NeedsChecksum, VnetHeader.GsoTcp4, 40, 1000, 20, 16), packet.Offload);
    }

    [Fact]
    public void Claims_that_the_headers_do_not_bear_out_are_refused()
    {
        var right = new VnetHeader(VnetHeader.NeedsChecksum, VnetHeader.GsoTcp4, 0, 1000, 0, 0);
        AssertRefused(Tcp, right with { GsoType = VnetHeader.GsoTcp6 });
        AssertRefused(Tcp, right with { GsoType = VnetHeader.GsoUdp });
        AssertRefused(Tcp, right with { GsoType = 3 });
        AssertRefused(Tcp, right with { GsoType = 0x81 });
        AssertRefused(Tcp, right with { Flags = 0 });
        AssertRefused(Tcp, right with { GsoSize = 0 });
        AssertRefused(Tcp, right with { GsoSize = 7 });
        AssertRefused(Udp, right);
        AssertRefused(Udp, right with { GsoType = VnetHeader.GsoUdp, GsoSize = 39 });

        var fragment = (byte[])Tcp.Clone();
        fragment[6] = 0x20;
        AssertRefused(fragment, right);

        var shortHeader = (byte[])Tcp.Clone();
        shortHeader[32] = 0x40;
        AssertRefused(shortHeader, right);

        var longHeader = PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", []);
        longHeader[32] = 0xF0;
        AssertRefused(longHeader, right);
    }

    // The kernel clamps a peer's MSS to 48 and takes the options off after that (TCP_MIN_GSO_SIZE).
    [Fact]
    public void Segments_as_short_as_the_kernel_makes_them_are_taken()
    {
        var super = PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", new byte[80], options: new byte[40]);

        Assert.True(OffloadedPacket.TryParse(PacketBuilder.SuperFrame(super, 8), out var packet));
        Assert.Equal(8, packet.Offload.GsoSize);
    }

    [Fact]
    public void Bytes_after_the_packet_are_left_off()
    {
        Assert.True(OffloadedPacket.TryParsePlain([.. Udp, 1, 2, 3], out var packet));
        Assert.Equal(Udp.Length, packet.Data.Length);
    }

    [Fact]
    public void Noise_never_throws()
    {
        var random = new Random(4);
        for (var i = 0; i < 50000; i++)
        {
            var frame = PacketBuilder.Frame(PacketBuilder.Random(random.Next(100), random));
            random.NextBytes(frame.AsSpan(0, 2));
            (frame[0], frame[1]) = ((byte)(frame[0] & 1), (byte)(frame[1] % 6));
            if (frame.Length > 16)
                (frame[10], frame[12], frame[14]) = (random.Next(2) == 0 ? (byte)0x45 : (byte)0x60, 0, 0);
            if (!OffloadedPacket.TryParse(frame, out var packet))
                continue;

            var segmenter = new PacketSegmenter(packet);
            var room = new byte[segmenter.MaximumLength];
            while (segmenter.TryWriteNext(room, out var length))
                Assert.InRange(length, 20, room.Length);
        }
    }

    private static void AssertRefused(byte[] packet, VnetHeader header) =>
        Assert.False(OffloadedPacket.TryParse(PacketBuilder.Frame(packet, header), out _), header.ToString());
}
