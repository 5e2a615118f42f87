using System.Globalization;

namespace GostBt.Routing;

/// <summary>An address of a device. An engine sets its device's addresses, too; here they stay when it ends, and are put back when they vanish.</summary>
/// <param name="Interface">The device.</param>
/// <param name="Address">The address, IPv4 or IPv6.</param>
/// <param name="PrefixLength">Its network's length, bits.</param>
public sealed record DeviceAddress(string Interface, string Address, int PrefixLength) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => Address.IndexOf(':') >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "address {0}/{1} dev {2}", Address, PrefixLength, Interface);
}
