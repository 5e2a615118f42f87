using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Addresses;

/// <summary>
/// The other ways to write an IPv4 address. A rule that refuses 127.0.0.1 must refuse them all, or it refuses nothing.
/// </summary>
internal static class Ipv4Forms
{
    /// <summary>::ffff:a.b.c.d as a.b.c.d, and an address without its scope; others as they are.</summary>
    internal static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        return address.ScopeId == 0 ? address : new IPAddress(address.GetAddressBytes());
    }

    /// <summary>
    /// The address that packets may end at besides the one written: the IPv4 address inside NAT64 (RFC 6052), 6to4 (RFC 3056), IPv4-compatible
    /// and IPv4-mapped forms, and loopback for the unspecified address, which systems connect to this machine.
    /// </summary>
    internal static bool TryHidden(IPAddress address, out IPAddress hidden)
    {
        hidden = address;
        if (address.Equals(IPAddress.Any))
        {
            hidden = IPAddress.Loopback;
            return true;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        if (address.Equals(IPAddress.IPv6Any))
        {
            hidden = IPAddress.IPv6Loopback;
            return true;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var embedded = Embedded(bytes);
        if (embedded.IsEmpty)
        {
            return false;
        }

        hidden = new IPAddress(embedded);
        return true;
    }

    private static ReadOnlySpan<byte> Embedded(ReadOnlySpan<byte> bytes)
    {
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var next = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        return (high, next) switch
        {
            (0x0064_ff9b_0000_0000, 0) => bytes[12..], // 64:ff9b::/96
            ( >= 0x0064_ff9b_0001_0000 and <= 0x0064_ff9b_0001_ffff, _) => bytes[12..], // 64:ff9b:1::/48
            ( >= 0x2002_0000_0000_0000 and <= 0x2002_ffff_ffff_ffff, _) => bytes.Slice(2, 4), // 2002::/16
            (0, 0) when BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) > 1 => bytes[12..], // ::a.b.c.d
            (0, 0xffff) => bytes[12..], // ::ffff:a.b.c.d
            _ => [],
        };
    }
}
