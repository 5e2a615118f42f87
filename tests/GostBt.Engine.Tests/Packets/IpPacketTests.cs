using System.Net;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tests.Packets;

public sealed class IpPacketTests
{
    [Fact]
    public void IPv4_is_taken_apart()
    {
        var data = PacketBuilder.Udp("203.0.113.9", "192.168.123.2", [1, 2, 3]);

        Assert.True(IpPacket.TryParse(data, out var packet));
        Assert.Equal((4, 31, 20, IpProtocol.Udp), (packet.Version, packet.TotalLength, packet.TransportOffset, packet.Protocol));
        Assert.Equal("203.0.113.9", packet.Source(data).ToString());
        Assert.Equal("192.168.123.2", packet.Destination(data).ToString());
    }

    [Fact]
    public void IPv6_is_taken_apart_behind_its_extension_headers()
    {
        var plain = PacketBuilder.Tcp("2001:db8::9", "fd00:7::2", [1, 2, 3]);
        byte[] data = [.. plain[..40], 6, 0, 1, 4, 0, 0, 0, 0, .. plain[40..]];
        data[6] = 0;
        data[5] += 8;

        Assert.True(IpPacket.TryParse(data, out var packet));
        Assert.Equal((6, data.Length, 48, IpProtocol.Tcp), (packet.Version, packet.TotalLength, packet.TransportOffset, packet.Protocol));
        Assert.Equal("2001:db8::9", packet.Source(data).ToString());
        Assert.Equal("fd00:7::2", packet.Destination(data).ToString());
    }

    [Fact]
    public void Fragments_are_told()
    {
        var data = PacketBuilder.Udp("203.0.113.9", "192.168.123.2", new byte[64]);
        data[6] = 0x20;
        Assert.True(IpPacket.TryParse(data, out var first));
        Assert.True(first.IsFragment);

        data[6] = 0x40;
        Assert.True(IpPacket.TryParse(data, out var whole));
        Assert.False(whole.IsFragment);
    }

    [Fact]
    public void A_packet_cut_anywhere_is_no_packet()
    {
        foreach (var data in new[] { PacketBuilder.Tcp("203.0.113.9", "192.168.123.2", new byte[9]), PacketBuilder.Udp("2001:db8::9", "fd00:7::2", new byte[9]) })
        {
            for (var length = 0; length < data.Length; length++)
                Assert.False(IpPacket.TryParse(data.AsSpan(0, length), out _), $"{length} of {data.Length} bytes");
        }
    }

    [Fact]
    public void What_it_finds_in_noise_lies_inside_the_noise()
    {
        var random = new Random(3);
        for (var i = 0; i < 20000; i++)
        {
            var data = PacketBuilder.Random(random.Next(120), random);
            if (data.Length > 0)
                data[0] = (byte)((random.Next(2) == 0 ? 0x40 : 0x60) | random.Next(16));
            if (data.Length > 6)
                (data[2], data[4], data[6]) = (0, 0, (byte)random.Next(64));
            if (!IpPacket.TryParse(data, out var packet))
                continue;
            Assert.InRange(packet.TotalLength, 20, data.Length);
            Assert.InRange(packet.TransportOffset, 20, packet.TotalLength);
        }
    }

    [Theory]
    [InlineData("192.168.123.2")]
    [InlineData("fd00:7::2")]
    public void An_address_survives_the_wire(string text)
    {
        var address = TunnelAddress.From(IPAddress.Parse(text));
        var bytes = new byte[16];
        address.Write(bytes);
        Assert.Equal(address, TunnelAddress.FromIpv6(bytes));
        Assert.Equal(text, address.ToString());
        Assert.Equal(IPAddress.Parse(text).MapToIPv6().GetAddressBytes(), bytes);
    }
}
