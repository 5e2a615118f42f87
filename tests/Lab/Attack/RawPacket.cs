using System.Buffers.Binary;
using System.Net;

namespace GostBt.Lab.Tests.Attack;

/// <summary>IPv4 packets with whatever source their sender likes.</summary>
internal static class RawPacket
{
    private const int HeaderBytes = 20;
    private const byte Icmp = 1;
    private const byte UdpProtocol = 17;

    /// <summary>A datagram without a checksum, which UDP over IPv4 may do.</summary>
    public static byte[] Udp(IPEndPoint source, IPEndPoint destination, ReadOnlySpan<byte> data)
    {
        var packet = Create(UdpProtocol, source.Address, destination.Address, 8 + data.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), (ushort)destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + data.Length));
        data.CopyTo(packet.AsSpan(28));
        return packet;
    }

    /// <summary>An echo request.</summary>
    public static byte[] Ping(IPAddress source, IPAddress destination)
    {
        var packet = Create(Icmp, source, destination, 8);
        packet[20] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), Checksum(packet.AsSpan(20)));
        return packet;
    }

    private static byte[] Create(byte protocol, IPAddress source, IPAddress destination, int length)
    {
        var packet = new byte[HeaderBytes + length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = protocol;
        source.GetAddressBytes().CopyTo(packet, 12);
        destination.GetAddressBytes().CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, HeaderBytes)));
        return packet;
    }

    private static ushort Checksum(ReadOnlySpan<byte> data)
    {
        var sum = 0;
        for (var i = 0; i < data.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(data[i..]);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~((sum & 0xffff) + (sum >> 16));
    }
}
