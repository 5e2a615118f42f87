using GostBt.Model;
using GostBt.Server;

namespace GostBt.Routing;

/// <summary>The published ports, as this PC's client listens on them, accepted from the tunnel's device by this PC's own firewall; nothing where none stands in the way.</summary>
/// <param name="Interface">The device.</param>
/// <param name="TcpPorts">Ascending ports and ranges, <c>6666,6881-6889</c>; empty for none.</param>
/// <param name="UdpPorts">The same for UDP.</param>
public sealed record FirewallOpening(string Interface, string TcpPorts, string UdpPorts) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => false;

    /// <inheritdoc/>
    public override bool IsVital => false;

    /// <param name="device">The tunnel's device.</param>
    /// <param name="ports">What the profile publishes.</param>
    public static FirewallOpening For(string device, IReadOnlyList<PublishedPort> ports) =>
        new(device, Text(FirewallPorts.For(ports, PortProtocol.Tcp)), Text(FirewallPorts.For(ports, PortProtocol.Udp)));

    /// <inheritdoc/>
    public override string ToString() => $"firewall opening on {Interface}:{Part(" tcp ", TcpPorts)}{Part(" udp ", UdpPorts)}";

    private static string Part(string protocol, string ports) => ports.Length == 0 ? string.Empty : protocol + ports;

    private static string Text(FirewallPorts ports) =>
        string.Join(",", ports.Inside.Select(range => range.First == range.Last ? FormattableString.Invariant($"{range.First}") : FormattableString.Invariant($"{range.First}-{range.Last}")));
}
