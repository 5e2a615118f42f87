using System.Runtime.InteropServices;

namespace GostBt.Routing.Windows;

/// <summary>MIB_IPFORWARD_ROW2 (netioapi.h): a route. The same on every processor.</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
internal struct ForwardRow
{
    /// <summary>MIB_IPPROTO_NETMGMT: a route set by a program.</summary>
    public const int NetworkManagement = 3;

    /// <summary>Any lifetime without an end.</summary>
    public const uint Forever = uint.MaxValue;

    [FieldOffset(0)]
    public ulong InterfaceLuid;

    [FieldOffset(8)]
    public uint InterfaceIndex;

    [FieldOffset(12)]
    public SocketAddressInet Destination;

    [FieldOffset(40)]
    public byte DestinationLength;

    /// <summary>The unspecified address: the destinations are on the link.</summary>
    [FieldOffset(44)]
    public SocketAddressInet NextHop;

    [FieldOffset(72)]
    public byte SitePrefixLength;

    [FieldOffset(76)]
    public uint ValidLifetime;

    [FieldOffset(80)]
    public uint PreferredLifetime;

    /// <summary>Added to the interface's metric.</summary>
    [FieldOffset(84)]
    public uint Metric;

    [FieldOffset(88)]
    public int Protocol;

    [FieldOffset(92)]
    public byte Loopback;

    [FieldOffset(93)]
    public byte Autoconfigured;

    [FieldOffset(94)]
    public byte Publish;

    [FieldOffset(95)]
    public byte Immortal;

    [FieldOffset(96)]
    public uint Age;

    [FieldOffset(100)]
    public int Origin;

    /// <summary>Whether it is 0.0.0.0/0 or ::/0.</summary>
    public readonly bool IsDefault => DestinationLength == 0 && Destination.IsAny;
}
