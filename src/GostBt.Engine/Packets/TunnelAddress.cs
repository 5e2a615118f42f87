using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace GostBt.Engine.Packets;

/// <summary>An IP address as keepalives carry it: 16 bytes, IPv4 mapped into IPv6 (::ffff:0:0/96).</summary>
/// <param name="Bits">The 16 bytes as one number.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TunnelAddress(UInt128 Bits)
{
    /// <summary>Bytes of an address on the wire.</summary>
    public const int Size = 16;

    private static readonly UInt128 Ipv4Prefix = new(0, 0x0000_FFFF_0000_0000);

    /// <summary>Whether an IPv4 address is inside.</summary>
    public bool IsIpv4 => Bits >> 32 == 0xFFFF;

    /// <summary>From four bytes of an IPv4 header.</summary>
    public static TunnelAddress FromIpv4(ReadOnlySpan<byte> address) => new(Ipv4Prefix | BinaryPrimitives.ReadUInt32BigEndian(address));

    /// <summary>From sixteen bytes of an IPv6 header or a keepalive.</summary>
    public static TunnelAddress FromIpv6(ReadOnlySpan<byte> address) => new(BinaryPrimitives.ReadUInt128BigEndian(address));

    /// <summary>From an address of either family.</summary>
    public static TunnelAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        address.TryWriteBytes(bytes, out var written);
        return written == 4 ? FromIpv4(bytes[..4]) : FromIpv6(bytes);
    }

    /// <summary>Writes the sixteen bytes.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    /// <summary>As the framework's type, IPv4 unwrapped.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return IsIpv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary>The usual text, IPv4 unwrapped: what gost's auther takes as user name.</summary>
    public override string ToString() => ToIPAddress().ToString();
}
