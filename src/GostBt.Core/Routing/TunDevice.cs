namespace GostBt.Routing;

/// <summary>
/// Linux: a TUN that outlives the programs which attach to it (TUNSETPERSIST, Documentation/networking/tuntap.rst). A BitTorrent client's sockets are bound to the device, not to its
/// name: with a device that came and went with its engine, they would hear nothing any more after the engine's first restart.
/// </summary>
/// <param name="Interface">Its name.</param>
public sealed record TunDevice(string Interface) : RouteStep
{
    /// <inheritdoc/>
    public override bool IsIPv6 => false;

    /// <inheritdoc/>
    public override string ToString() => $"tun {Interface}";
}
