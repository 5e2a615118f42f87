using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>One entry of the journal: an engine to end, or a device, a route or an opening of the firewall to remove.</summary>
internal sealed record UndoStep
{
    private UndoStep()
    {
    }

    /// <summary>The configuration file of an engine to end, which its command line names.</summary>
    public string? EngineConfiguration { get; private init; }

    /// <summary>A device, route, rule, address or opening to remove.</summary>
    public RouteStep? Route { get; private init; }

    /// <summary>
    /// The boot in which it was made, see <see cref="BootId"/>: no other one has it any more; what is there under its name or address then is somebody else's.
    /// Null where it is not known, for an engine, known by its command line, and for an opening of the firewall, which is marked and can outlive a boot.
    /// </summary>
    public string? Boot { get; private init; }

    /// <summary>Whether it went when the machine was booted anew; what is there under its name now is somebody else's.</summary>
    public bool WentWithItsBoot => Boot is not null && Boot != BootId.Current;

    /// <summary>Whatever a profile's tunnel can have made, oldest first.</summary>
    /// <param name="files">Its agent's.</param>
    /// <param name="plan">Its device and routes; null where the profile is no more, so that they are not known.</param>
    public static IReadOnlyList<UndoStep> All(AgentFiles files, RoutePlan? plan) =>
        [
            .. plan?.Steps.OfType<TunDevice>().SelectMany(device => new RouteStep[] { device, new TunnelGuard(device.Interface, string.Empty) }).Select(Of) ?? [],
            OfEngine(files.Engine),
            OfEngine(files.Proxy),
            .. plan?.Steps.Where(step => step is not TunDevice).Select(Of) ?? [],
            .. plan?.Steps.OfType<DeviceAddress>().Take(1).Select(address => Of(new FirewallOpening(address.Interface, string.Empty, string.Empty))) ?? [],
        ];

    public static UndoStep OfEngine(string configuration) => new() { EngineConfiguration = configuration };

    public static UndoStep Of(RouteStep route) => Of(route, route is FirewallOpening ? null : BootId.Current);

    public static UndoStep Of(RouteStep route, string? boot) => new() { Route = route, Boot = boot };

    /// <inheritdoc/>
    public override string ToString() => Route?.ToString() ?? $"engine of {EngineConfiguration}";
}
