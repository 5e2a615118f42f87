using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GostBt.Routing.Windows;

/// <summary>SOCKADDR_INET (ws2ipdef.h): a SOCKADDR_IN or a SOCKADDR_IN6, told apart by the family. The same on every processor.</summary>
[StructLayout(LayoutKind.Explicit, Size = 28, Pack = 4)]
internal struct SocketAddressInet
{
    /// <summary>AF_INET.</summary>
    public const ushort IPv4 = 2;

    /// <summary>AF_INET6 of Windows.</summary>
    public const ushort IPv6 = 23;

    [FieldOffset(0)]
    public ushort Family;

    /// <summary>sin_addr, in the network's order.</summary>
    [FieldOffset(4)]
    public uint Address4;

    [FieldOffset(8)]
    public uint Address6A;

    [FieldOffset(12)]
    public uint Address6B;

    [FieldOffset(16)]
    public uint Address6C;

    [FieldOffset(20)]
    public uint Address6D;

    /// <param name="ipv6">Whether AF_INET6 is meant.</param>
    public static ushort FamilyOf(bool ipv6) => ipv6 ? IPv6 : IPv4;

    public static SocketAddressInet Of(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new SocketAddressInet { Family = IPv4, Address4 = BitConverter.ToUInt32(bytes, 0) }
            : new SocketAddressInet
            {
                Family = IPv6,
                Address6A = BitConverter.ToUInt32(bytes, 0),
                Address6B = BitConverter.ToUInt32(bytes, 4),
                Address6C = BitConverter.ToUInt32(bytes, 8),
                Address6D = BitConverter.ToUInt32(bytes, 12),
            };
    }

    /// <summary>0.0.0.0 or ::.</summary>
    public static SocketAddressInet Any(bool ipv6) => new() { Family = FamilyOf(ipv6) };

    /// <summary>Whether it is 0.0.0.0 or ::.</summary>
    public readonly bool IsAny => Family == IPv4 ? Address4 == 0 : (Address6A | Address6B | Address6C | Address6D) == 0;

    public readonly IPAddress ToAddress() => Family == IPv4
        ? new IPAddress(BitConverter.GetBytes(Address4))
        : new IPAddress([.. BitConverter.GetBytes(Address6A), .. BitConverter.GetBytes(Address6B), .. BitConverter.GetBytes(Address6C), .. BitConverter.GetBytes(Address6D)]);
}
