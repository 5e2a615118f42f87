using System.Globalization;

namespace GostBt.Routing;

/// <summary>
/// Linux: where the main table has no other default route, the search goes on in the tables after it, as if this were the main table's end (type "throw" of
/// ip-route(8)). What cannot be reached is told so at once, as without the tunnel, and the tunnel's own connection to the server does not go into the tunnel.
/// </summary>
/// <param name="Metric">Its metric: default routes of a higher one are never taken.</param>
public sealed record ThrowRoute(uint Metric) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => false;

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "throw default table main metric {0}", Metric);
}
