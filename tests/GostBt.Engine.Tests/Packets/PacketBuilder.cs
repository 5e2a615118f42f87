using System.Buffers.Binary;
using System.Net;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tests.Packets;

/// <summary>Builds packets with right lengths and checksums, by the plainest arithmetic there is and nothing of the code under test.</summary>
internal static class PacketBuilder
{
    internal static byte[] Tcp(
        string source, string destination, byte[] payload, uint sequence = 1000, byte flags = 0x18, byte[]? options = null, ushort identification = 7,
        ushort window = 512)
    {
        var tcp = new byte[20 + (options?.Length ?? 0) + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), 6666);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), 77);
        tcp[12] = (byte)((20 + (options?.Length ?? 0)) / 4 << 4);
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), window);
        options?.CopyTo(tcp, 20);
        payload.CopyTo(tcp, tcp.Length - payload.Length);
        return Ip(source, destination, 6, tcp, 16, identification);
    }

    internal static byte[] Udp(string source, string destination, byte[] payload, ushort identification = 7)
    {
        var udp = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), 6666);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        payload.CopyTo(udp, 8);
        return Ip(source, destination, 17, udp, 6, identification);
    }

    /// <summary>A vnet header and the packet.</summary>
    internal static byte[] Frame(byte[] packet, VnetHeader header = default)
    {
        var frame = new byte[VnetHeader.Size + packet.Length];
        header.Write(frame);
        packet.CopyTo(frame, VnetHeader.Size);
        return frame;
    }

    /// <summary>A super-packet as a kernel hands it over: lengths of the whole, the checksum left to the device.</summary>
    internal static byte[] SuperFrame(byte[] packet, ushort gsoSize)
    {
        var isTcp = Protocol(packet) == 6;
        var type = isTcp ? packet[0] >> 4 == 4 ? VnetHeader.GsoTcp4 : VnetHeader.GsoTcp6 : VnetHeader.GsoUdp;
        var transport = packet[0] >> 4 == 4 ? 20 : 40;
        return Frame(packet, new VnetHeader(VnetHeader.NeedsChecksum, type, 0, gsoSize, (ushort)transport, (ushort)(isTcp ? 16 : 6)));
    }

    internal static byte[] Random(int length, Random random)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    internal static int Protocol(byte[] packet) => packet[0] >> 4 == 4 ? packet[9] : packet[6];

    /// <summary>Whether every checksum in the packet is right.</summary>
    internal static bool ChecksumsHold(ReadOnlySpan<byte> packet)
    {
        var isIpv4 = packet[0] >> 4 == 4;
        var header = isIpv4 ? 20 : 40;
        var addresses = isIpv4 ? packet.Slice(12, 8) : packet.Slice(8, 32);
        var protocol = isIpv4 ? packet[9] : packet[6];
        return (!isIpv4 || Sum(packet[..20]) == 0xFFFF) && TransportSum(addresses, protocol, packet[header..]) == 0xFFFF;
    }

    /// <summary>The ones' complement sum as RFC 1071 writes it down.</summary>
    internal static ushort Sum(ReadOnlySpan<byte> data, uint sum = 0)
    {
        for (var i = 0; i < data.Length; i += 2)
        {
            sum += (uint)(data[i] << 8) + (i + 1 < data.Length ? data[i + 1] : 0u);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static byte[] Ip(string source, string destination, byte protocol, byte[] transport, int checksumAt, ushort identification)
    {
        var addresses = IPAddress.Parse(source).GetAddressBytes().Concat(IPAddress.Parse(destination).GetAddressBytes()).ToArray();
        var checksum = (ushort)~TransportSum(addresses, protocol, transport);
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(checksumAt), checksum);
        byte[] header = addresses.Length == 8 ? new byte[20] : new byte[40];
        if (addresses.Length == 8)
        {
            header[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + transport.Length));
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), identification);
            header[6] = 0x40;
            header[8] = 64;
            header[9] = protocol;
            addresses.CopyTo(header, 12);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), (ushort)~Sum(header));
        }
        else
        {
            header[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)transport.Length);
            header[6] = protocol;
            header[7] = 64;
            addresses.CopyTo(header, 8);
        }

        return [.. header, .. transport];
    }

    private static ushort TransportSum(ReadOnlySpan<byte> addresses, byte protocol, ReadOnlySpan<byte> transport) =>
        Sum(transport, (uint)(Sum(addresses) + protocol + transport.Length));
}
