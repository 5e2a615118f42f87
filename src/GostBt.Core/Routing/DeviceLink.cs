using System.Globalization;

namespace GostBt.Routing;

/// <summary>Linux: a device that is up, with an MTU. Undone with the device.</summary>
/// <param name="Interface">The device.</param>
/// <param name="Mtu">Bytes.</param>
public sealed record DeviceLink(string Interface, int Mtu) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => false;

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "dev {0} up mtu {1}", Interface, Mtu);
}
