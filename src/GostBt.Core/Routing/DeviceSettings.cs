using System.Globalization;

namespace GostBt.Routing;

/// <summary>
/// Windows: metric and MTU of an adapter, for one family. The metric is added to that of each route on it, and Windows chooses it by itself unless told not to.
/// </summary>
/// <param name="Interface">The adapter.</param>
/// <param name="Metric">The adapter's metric.</param>
/// <param name="Mtu">Bytes.</param>
/// <param name="ForIPv6">Whether it concerns IPv6.</param>
public sealed record DeviceSettings(string Interface, uint Metric, int Mtu, bool ForIPv6 = false) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => ForIPv6;

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0}dev {1} metric {2} mtu {3}", ForIPv6 ? "IPv6 " : string.Empty, Interface, Metric, Mtu);
}
