using System.Runtime.InteropServices;

namespace GostBt.Routing.Windows;

/// <summary>
/// MIB_IPINTERFACE_ROW (netioapi.h): IPv4 or IPv6 of an interface. The same on every processor. Read whole, changed in a few fields and written back, hence without the
/// fields nobody here looks at.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 168)]
internal struct InterfaceRow
{
    /// <summary>RouterDiscoveryDisabled.</summary>
    public const int NoRouterDiscovery = 0;

    [FieldOffset(0)]
    public ushort Family;

    [FieldOffset(8)]
    public ulong InterfaceLuid;

    [FieldOffset(16)]
    public uint InterfaceIndex;

    /// <summary>Not 0: Windows chooses the metric by the link's speed.</summary>
    [FieldOffset(44)]
    public byte UseAutomaticMetric;

    [FieldOffset(52)]
    public int RouterDiscovery;

    /// <summary>How often an address is asked for before it is used.</summary>
    [FieldOffset(56)]
    public uint DuplicateProbes;

    /// <summary>Must be 0 for IPv4 when it is written, although it is read as 64.</summary>
    [FieldOffset(144)]
    public uint SitePrefixLength;

    [FieldOffset(148)]
    public uint Metric;

    /// <summary>Bytes.</summary>
    [FieldOffset(152)]
    public uint Mtu;
}
