using System.Buffers.Binary;

namespace GostBt.Engine.Packets;

/// <summary>UDP datagrams in IPv4 packets (RFC 768, RFC 791), made and taken apart.</summary>
internal static class Ipv4Udp
{
    /// <summary>Bytes before the data of a packet that <see cref="Write"/> makes.</summary>
    internal const int HeaderLength = IpHeader + UdpHeader;

    private const int IpHeader = 20;
    private const int UdpHeader = 8;
    private const int UdpChecksum = 6;
    private const byte DontFragment = 0x40;
    private const byte TimeToLive = 64;

    /// <summary>Writes a whole packet with both checksums. It must not be fragmented on its way, as Linux has it for datagrams.</summary>
    /// <param name="packet">Exactly <see cref="HeaderLength"/> bytes and the data.</param>
    /// <param name="source">Four bytes of address, two of port.</param>
    /// <param name="destination">Four bytes of address, two of port.</param>
    /// <param name="data">The datagram's data.</param>
    internal static void Write(Span<byte> packet, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> data)
    {
        var header = packet[..IpHeader];
        header.Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)packet.Length);
        header[6] = DontFragment;
        header[8] = TimeToLive;
        header[9] = IpProtocol.Udp;
        source[..4].CopyTo(header[12..]);
        destination[..4].CopyTo(header[16..]);
        Ipv4Header.WriteChecksum(header);

        var udp = packet[IpHeader..];
        source.Slice(4, 2).CopyTo(udp);
        destination.Slice(4, 2).CopyTo(udp[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        data.CopyTo(udp[UdpHeader..]);
        var checksum = udp.Slice(UdpChecksum, 2);
        checksum.Clear();
        InternetChecksum.Write(checksum, InternetChecksum.Add(udp, InternetChecksum.Pseudo(header.Slice(12, 8), IpProtocol.Udp, udp.Length)));
        if (checksum[0] == 0 && checksum[1] == 0)
        {
            checksum.Fill(0xFF);
        }
    }

    /// <summary>Finds the data of a datagram, or of the datagrams of a super-packet, one after the other.</summary>
    /// <param name="packet">Any packet.</param>
    /// <param name="start">Where the data starts in the packet, at least <see cref="HeaderLength"/>.</param>
    /// <param name="length">Its length, at least 1.</param>
    /// <returns>False for anything that is not whole IPv4 UDP with data, right lengths and a right checksum.</returns>
    internal static bool TryFindData(OffloadedPacket packet, out int start, out int length)
    {
        start = packet.Ip.TransportOffset + UdpHeader;
        length = packet.Data.Length - start;
        if (packet.Ip is not { Version: 4, Protocol: IpProtocol.Udp, IsFragment: false } || length <= 0)
        {
            return false;
        }

        if (packet.IsSuper)
        {
            return true;
        }

        var udp = packet.Data[packet.Ip.TransportOffset..];
        int claimed = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        length = claimed - UdpHeader;
        return length > 0 && claimed <= udp.Length && ChecksumHolds(packet, udp[..claimed]);
    }

    // None was computed (RFC 768), or it is left to whoever delivers, or it was verified already.
    private static bool ChecksumHolds(OffloadedPacket packet, ReadOnlySpan<byte> udp) =>
        packet.Offload.Flags != 0
        || udp.Slice(UdpChecksum, 2).IndexOfAnyExcept((byte)0) < 0
        || InternetChecksum.Holds(InternetChecksum.Add(udp, InternetChecksum.Pseudo(packet.Ip.Addresses(packet.Data), IpProtocol.Udp, udp.Length)));
}
