using System.Globalization;

namespace GostBt.Routing;

/// <summary>A default route on a device, in a table of its own or, with a metric that ordinary traffic never chooses, in the main table.</summary>
/// <param name="Interface">The device.</param>
/// <param name="Table">The table's number; null is the main table.</param>
/// <param name="Metric">Its metric; null is the system's own (0).</param>
/// <param name="ForIPv6">Whether it is IPv6's default route; it needs a metric then.</param>
public sealed record DefaultRoute(string Interface, uint? Table, uint? Metric, bool ForIPv6 = false) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => ForIPv6;

    /// <inheritdoc/>
    public override string ToString() =>
        (ForIPv6 ? "IPv6 default dev " : "default dev ") + Interface
        + (Table is null ? " table main" : " table " + Table.Value.ToString(CultureInfo.InvariantCulture))
        + (Metric is null ? string.Empty : " metric " + Metric.Value.ToString(CultureInfo.InvariantCulture));
}
