using System.Buffers.Binary;

namespace GostBt.Engine.Packets;

/// <summary>Where things are in an IPv4 or IPv6 packet. Every offset was checked against the bytes it was parsed from.</summary>
public readonly struct IpPacket
{
    private const int Ipv4MinimumHeader = 20;
    private const int Ipv6Header = 40;
    private const int MostExtensionHeaders = 8;

    private IpPacket(int version, int totalLength, int transportOffset, byte protocol, bool isFragment)
    {
        Version = version;
        TotalLength = totalLength;
        TransportOffset = transportOffset;
        Protocol = protocol;
        IsFragment = isFragment;
    }

    /// <summary>4 or 6.</summary>
    public int Version { get; }

    /// <summary>The packet's own idea of its length in bytes, at most that of the data.</summary>
    public int TotalLength { get; }

    /// <summary>Where the transport header begins: after IPv4 options or IPv6 extension headers.</summary>
    public int TransportOffset { get; }

    /// <summary>What is found there (IANA protocol number).</summary>
    public byte Protocol { get; }

    /// <summary>Whether this is one of several fragments.</summary>
    public bool IsFragment { get; }

    /// <summary>Parses untrusted bytes.</summary>
    /// <returns>False for anything that is not one IP packet with complete headers.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out IpPacket packet)
    {
        packet = default;
        if (data.Length < Ipv4MinimumHeader)
        {
            return false;
        }

        return (data[0] >> 4) switch
        {
            4 => TryParseIpv4(data, out packet),
            6 => TryParseIpv6(data, out packet),
            _ => false,
        };
    }

    /// <summary>Source and destination, adjacent, as they stand in the header.</summary>
    public ReadOnlySpan<byte> Addresses(ReadOnlySpan<byte> data) => Version == 4 ? data.Slice(12, 8) : data.Slice(8, 32);

    /// <summary>The source address.</summary>
    public TunnelAddress Source(ReadOnlySpan<byte> data) =>
        Version == 4 ? TunnelAddress.FromIpv4(data.Slice(12, 4)) : TunnelAddress.FromIpv6(data.Slice(8, 16));

    /// <summary>The destination address.</summary>
    public TunnelAddress Destination(ReadOnlySpan<byte> data) =>
        Version == 4 ? TunnelAddress.FromIpv4(data.Slice(16, 4)) : TunnelAddress.FromIpv6(data.Slice(24, 16));

    private static bool TryParseIpv4(ReadOnlySpan<byte> data, out IpPacket packet)
    {
        packet = default;
        var header = (data[0] & 0x0F) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        if (header < Ipv4MinimumHeader || total < header || total > data.Length)
        {
            return false;
        }

        var fragment = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        packet = new IpPacket(4, total, header, data[9], (fragment & 0x3FFF) != 0);
        return true;
    }

    private static bool TryParseIpv6(ReadOnlySpan<byte> data, out IpPacket packet)
    {
        packet = default;
        if (data.Length < Ipv6Header)
        {
            return false;
        }

        var total = Ipv6Header + BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        if (total > data.Length)
        {
            return false;
        }

        var next = data[6];
        var offset = Ipv6Header;
        var isFragment = false;
        for (var walked = 0; IsExtension(next); walked++)
        {
            if (walked == MostExtensionHeaders || offset + 8 > total)
            {
                return false;
            }

            isFragment |= next == 44;
            var length = next == 44 ? 8 : (data[offset + 1] + 1) * 8;
            next = data[offset];
            offset += length;
            if (offset > total)
            {
                return false;
            }
        }

        packet = new IpPacket(6, total, offset, next, isFragment);
        return true;
    }

    // Hop-by-hop options, routing, fragment, destination options (RFC 8200 section 4).
    private static bool IsExtension(byte next) => next is 0 or 43 or 44 or 60;
}
