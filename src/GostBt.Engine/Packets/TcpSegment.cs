using System.Buffers.Binary;

namespace GostBt.Engine.Packets;

/// <summary>A TCP segment that may be merged with its neighbours: data, no flags but ACK and PSH, no IP options, a right checksum.</summary>
internal readonly ref struct TcpSegment
{
    /// <summary>Where the window stands in a TCP header.</summary>
    internal const int WindowOffset = 14;

    private const byte Push = 0x08;
    private const byte Acknowledge = 0x10;

    private TcpSegment(OffloadedPacket packet, int header)
    {
        Packet = packet.Data;
        TransportOffset = packet.Ip.TransportOffset;
        Header = header;
    }

    /// <summary>The whole packet.</summary>
    internal ReadOnlySpan<byte> Packet { get; }

    /// <summary>20 or 40.</summary>
    internal int TransportOffset { get; }

    /// <summary>Bytes of IP and TCP header.</summary>
    internal int Header { get; }

    /// <summary>What it carries, at least one byte.</summary>
    internal ReadOnlySpan<byte> Payload => Packet[Header..];

    /// <summary>The sequence number of its first byte.</summary>
    internal uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(Packet[(TransportOffset + 4)..]);

    /// <summary>How much its sender is ready to take, as it stands in the header.</summary>
    internal ReadOnlySpan<byte> Window => Packet.Slice(TransportOffset + WindowOffset, 2);

    /// <summary>Whether its sender wants it delivered at once.</summary>
    internal bool IsPushed => (Packet[TransportOffset + 13] & Push) != 0;

    /// <summary>Takes a TCP packet without a vnet header.</summary>
    internal static bool TryParse(OffloadedPacket packet, out TcpSegment segment)
    {
        segment = default;
        var data = packet.Data;
        var offset = packet.Ip.TransportOffset;
        if (packet.Ip.IsFragment || offset != (packet.Ip.Version == 4 ? 20 : 40) || data.Length < offset + 20)
        {
            return false;
        }

        var header = offset + ((data[offset + 12] >> 4) * 4);
        if (header < offset + 20 || header >= data.Length || (data[offset + 13] & ~Push) != Acknowledge)
        {
            return false;
        }

        var sum = InternetChecksum.Pseudo(packet.Ip.Addresses(data), IpProtocol.Tcp, data.Length - offset);
        if (!InternetChecksum.Holds(InternetChecksum.Add(data[offset..], sum)))
        {
            return false;
        }

        segment = new TcpSegment(packet, header);
        return true;
    }

    /// <summary>
    /// Whether the headers agree in all that a merged packet can have only once. For the kernel's GRO that is the window, too; but of two windows only the
    /// newer counts, and the merged packet gets that.
    /// </summary>
    internal bool HasSameHeaders(ReadOnlySpan<byte> other)
    {
        var tcp = TransportOffset;
        var sameNetwork = tcp == 20
            ? Packet[1] == other[1] && Packet[6] == other[6] && Packet[8] == other[8]
            : Packet[..4].SequenceEqual(other[..4]) && Packet[7] == other[7];

        // Acknowledgement number, header length, urgent pointer, options; sequence, flags, window and checksum differ by nature.
        return sameNetwork
            && Packet.Slice(tcp + 8, 5).SequenceEqual(other.Slice(tcp + 8, 5))
            && Packet[(tcp + 18)..Header].SequenceEqual(other[(tcp + 18)..Header]);
    }
}
