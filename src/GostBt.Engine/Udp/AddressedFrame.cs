using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;

namespace GostBt.Engine.Udp;

/// <summary>
/// A datagram with its address before it: three bytes, a SOCKS5 address, the data. To a SOCKS5 client the three bytes are zero (RFC 1928 section 7); on a
/// relay they are the length of the data and 0xff (go-gost/x/internal/util/relay udpTunConn).
/// </summary>
internal static class AddressedFrame
{
    /// <summary>The bytes before the address.</summary>
    internal const int PrefixLength = 3;

    /// <summary>Prefix and the longest address that is not a name.</summary>
    internal const int LiteralHeaderLength = PrefixLength + 1 + 16 + 2;

    /// <summary>Prefix and an IPv4 address.</summary>
    internal const int Ipv4HeaderLength = PrefixLength + 1 + 4 + 2;

    /// <summary>The longest frame of all.</summary>
    internal const int MaximumLength = PrefixLength + SocksAddress.MaximumLength + ushort.MaxValue;

    private const byte TunnelFragment = 0xff;

    /// <summary>Makes a frame one for a SOCKS5 client.</summary>
    internal static void MarkForClient(Span<byte> frame) => frame[..PrefixLength].Clear();

    /// <summary>Makes a frame one for a relay.</summary>
    /// <param name="frame">Prefix, address, data.</param>
    /// <param name="dataLength">1 to 65535: a length of 0 would read as "until the end" at gost.</param>
    internal static void MarkForRelay(Span<byte> frame, int dataLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)dataLength);
        frame[2] = TunnelFragment;
    }

    /// <summary>Writes an IPv4 address and port after the prefix.</summary>
    internal static void WriteIpv4Source(Span<byte> frame, uint address, ushort port)
    {
        frame[PrefixLength] = SocksAddress.IPv4;
        BinaryPrimitives.WriteUInt32BigEndian(frame[(PrefixLength + 1)..], address);
        BinaryPrimitives.WriteUInt16BigEndian(frame[(PrefixLength + 5)..], port);
    }

    /// <summary>Writes address and port of <paramref name="source"/> right before the data that stands at <see cref="LiteralHeaderLength"/>.</summary>
    /// <returns>Where the frame starts.</returns>
    internal static int WriteSource(Span<byte> buffer, SocketAddress source)
    {
        var raw = source.Buffer.Span;
        ReadOnlySpan<byte> address;
        if (source.Family == AddressFamily.InterNetwork)
        {
            address = raw.Slice(4, 4);
        }
        else
        {
            address = raw.Slice(8, 16);
            if (address.IndexOfAnyExcept((byte)0) == 10 && address[10] == 0xff && address[11] == 0xff)
            {
                // ::ffff:a.b.c.d is how a socket for both families names an IPv4 sender.
                address = address[12..];
            }
        }

        var start = LiteralHeaderLength - PrefixLength - 1 - address.Length - 2;
        var at = buffer[(start + PrefixLength)..];
        at[0] = address.Length == 4 ? SocksAddress.IPv4 : SocksAddress.IPv6;
        address.CopyTo(at[1..]);
        raw.Slice(2, 2).CopyTo(at[(1 + address.Length)..]);
        return start;
    }
}
