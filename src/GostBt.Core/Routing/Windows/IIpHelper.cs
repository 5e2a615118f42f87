namespace GostBt.Routing.Windows;

/// <summary>The calls of iphlpapi.dll that the tunnel needs, one to one. They return 0 or an error of Windows (winerror.h).</summary>
internal interface IIpHelper
{
    /// <summary>ConvertInterfaceAliasToLuid and ConvertInterfaceLuidToIndex.</summary>
    uint FindInterface(string alias, out ulong luid, out uint index);

    /// <summary>GetIpForwardTable2.</summary>
    uint ReadRoutes(ushort family, out ForwardRow[] rows);

    /// <summary>CreateIpForwardEntry2.</summary>
    uint CreateRoute(ref ForwardRow row);

    /// <summary>DeleteIpForwardEntry2.</summary>
    uint DeleteRoute(ref ForwardRow row);

    /// <summary>GetUnicastIpAddressTable.</summary>
    uint ReadAddresses(ushort family, out AddressRow[] rows);

    /// <summary>CreateUnicastIpAddressEntry.</summary>
    uint CreateAddress(ref AddressRow row);

    /// <summary>DeleteUnicastIpAddressEntry.</summary>
    uint DeleteAddress(ref AddressRow row);

    /// <summary>GetIpInterfaceEntry, for the family and LUID in the row.</summary>
    uint ReadInterface(ref InterfaceRow row);

    /// <summary>SetIpInterfaceEntry.</summary>
    uint WriteInterface(ref InterfaceRow row);
}
