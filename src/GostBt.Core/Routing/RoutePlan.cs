using GostBt.Profiles;

namespace GostBt.Routing;

/// <summary>
/// What a tunnel adds to this machine's routing: packets from the tunnel's address leave by the tunnel, everything else stays as it is. The main table also
/// gets a default route on the tunnel, because libtorrent announces only from devices that have one. Nothing takes it: its metric is worse than any other's,
/// whatever default routes come and go while the tunnel is there, and where no other is left, the search ends at the <see cref="ThrowRoute"/> before it.
/// Not so for IPv6: where home has none, such a route would be its only one, and home would seem to have IPv6.
/// </summary>
/// <param name="Steps">In the order they are made; undone in reverse.</param>
public sealed record RoutePlan(IReadOnlyList<RouteStep> Steps)
{
    /// <summary>The rules' place: before the main table's (32766) and before those of other tunnels' software, as only the tunnel's own address is concerned.</summary>
    public const uint RulePriority = 5200;

    /// <summary>Windows: the metric of the adapter and of its routes, whose sum counts. Windows' own tools (route.exe, netsh) take no higher one.</summary>
    public const uint WindowsMetric = 9999;

    // Far above what others give a default route: systemd-networkd 1024, NetworkManager 20,000 more than usual where it finds no internet behind it. Below
    // 2^31, because /proc/net/route and busybox print it signed. The table's number is added: the kernel takes no second default route of the same metric.
    private const uint LastMetric = 2_000_000_000;
    private const uint ThrowMetric = 1_900_000_000;

    // What Linux gives an IPv6 route that names none.
    private const uint Metric6 = 1024;

    private const uint FirstTable = 552200;
    private const uint Tables = 10000;

    /// <param name="profile">Whose tunnel.</param>
    public static RoutePlan For(Profile profile)
    {
        var table = TableOf(profile.Name.Value);
        RouteStep[] six = TunnelNetwork6.Of(profile) is not { } network
            ? []
            :
            [
                new DeviceAddress(profile.Tunnel.Interface, network.ClientAddress.ToString(), network.PrefixLength),
                new DefaultRoute(profile.Tunnel.Interface, table, Metric6, ForIPv6: true),
                new SourceRule(network.ClientAddress.ToString(), table, RulePriority),
            ];
        return new RoutePlan(
        [
            new TunDevice(profile.Tunnel.Interface),
            new DeviceLink(profile.Tunnel.Interface, profile.Tunnel.Mtu),
            new DeviceAddress(profile.Tunnel.Interface, profile.Tunnel.Client, TunnelNetwork.Parse(profile.Tunnel.Network).PrefixLength),
            new DefaultRoute(profile.Tunnel.Interface, table, Metric: null),
            new SourceRule(profile.Tunnel.Client, table, RulePriority),
            new ThrowRoute(ThrowMetric + table),
            new DefaultRoute(profile.Tunnel.Interface, Table: null, LastMetric + table),
            .. six,
        ]);
    }

    /// <summary>
    /// The same for Windows, which has neither tables nor rules and does not need them: by the strong host model, packets of the tunnel's address take only routes of the tunnel's
    /// adapter. Hence a default route for IPv6, too. It draws nothing else: programs prefer IPv4 to a global IPv6 destination that only a unique local address could
    /// reach (RFC 6724, rule 5).
    /// </summary>
    /// <param name="profile">Whose tunnel.</param>
    public static RoutePlan ForWindows(Profile profile)
    {
        var (device, mtu) = (profile.Tunnel.Interface, profile.Tunnel.Mtu);
        RouteStep[] six = TunnelNetwork6.Of(profile) is not { } network
            ? []
            :
            [
                new DeviceSettings(device, WindowsMetric, mtu, ForIPv6: true),
                new DeviceAddress(device, network.ClientAddress.ToString(), network.PrefixLength),
                new DefaultRoute(device, Table: null, WindowsMetric, ForIPv6: true),
            ];
        return new RoutePlan(
        [
            new DeviceSettings(device, WindowsMetric, mtu),
            new DeviceAddress(device, profile.Tunnel.Client, TunnelNetwork.Parse(profile.Tunnel.Network).PrefixLength),
            new DefaultRoute(device, Table: null, WindowsMetric),
            .. six,
        ]);
    }

    /// <summary>The table of a profile's tunnel: always the same one, so that a crashed run's is found again.</summary>
    public static uint TableOf(string name)
    {
        // FNV-1a
        var hash = 2166136261u;
        foreach (var character in name)
        {
            hash = unchecked((hash ^ character) * 16777619u);
        }

        return FirstTable + (hash % Tables);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(Environment.NewLine, Steps);
}
