using System.Globalization;

namespace GostBt.Routing;

/// <summary>Packets that carry a source address are routed by a table of their own.</summary>
/// <param name="Address">The source address, IPv4 or IPv6.</param>
/// <param name="Table">The table's number.</param>
/// <param name="Priority">Its place among the rules; the main table's is 32766.</param>
public sealed record SourceRule(string Address, uint Table, uint Priority) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => Address.IndexOf(':') >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "rule {0}: from {1} lookup {2}", Priority, Address, Table);
}
