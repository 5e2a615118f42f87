namespace GostBt.Net;

/// <summary>Where probes go.</summary>
/// <param name="Address">The server's public IPv4 address.</param>
/// <param name="Address6">Its public IPv6 address; null when it publishes no IPv6.</param>
internal sealed record ProbeTarget(string Address, string? Address6 = null)
{
    /// <inheritdoc/>
    public override string ToString() => Address6 is null ? Address : Address + " and " + Address6;
}
