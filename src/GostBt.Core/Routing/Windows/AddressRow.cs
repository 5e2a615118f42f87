using System.Runtime.InteropServices;

namespace GostBt.Routing.Windows;

/// <summary>MIB_UNICASTIPADDRESS_ROW (netioapi.h): an address of an interface. The same on every processor.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal struct AddressRow
{
    /// <summary>IpDadStatePreferred: usable at once; nobody else is on a tunnel to be asked whether the address is theirs.</summary>
    public const int Preferred = 4;

    [FieldOffset(0)]
    public SocketAddressInet Address;

    [FieldOffset(32)]
    public ulong InterfaceLuid;

    [FieldOffset(40)]
    public uint InterfaceIndex;

    /// <summary>IpPrefixOriginManual is 1.</summary>
    [FieldOffset(44)]
    public int PrefixOrigin;

    /// <summary>IpSuffixOriginManual is 1.</summary>
    [FieldOffset(48)]
    public int SuffixOrigin;

    [FieldOffset(52)]
    public uint ValidLifetime;

    [FieldOffset(56)]
    public uint PreferredLifetime;

    [FieldOffset(60)]
    public byte PrefixLength;

    [FieldOffset(61)]
    public byte SkipAsSource;

    [FieldOffset(64)]
    public int DuplicateDetection;

    [FieldOffset(68)]
    public uint ScopeId;

    [FieldOffset(72)]
    public long Created;
}
