using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>What was measured of a running tunnel; null is what could not be.</summary>
internal sealed record TunnelFigures
{
    /// <inheritdoc cref="GostBtTunnel.RoundTripMilliseconds"/>
    public double? RoundTripMilliseconds { get; init; }

    /// <inheritdoc cref="GostBtTunnel.JitterMilliseconds"/>
    public double? JitterMilliseconds { get; init; }

    /// <inheritdoc cref="GostBtTunnel.LossPercent"/>
    public double? LossPercent { get; init; }

    /// <inheritdoc cref="GostBtTunnel.ReceivedBytesPerSecond"/>
    public long? ReceivedBytesPerSecond { get; init; }

    /// <inheritdoc cref="GostBtTunnel.SentBytesPerSecond"/>
    public long? SentBytesPerSecond { get; init; }

    /// <inheritdoc cref="GostBtTunnel.ReceivedBytes"/>
    public long? ReceivedBytes { get; init; }

    /// <inheritdoc cref="GostBtTunnel.SentBytes"/>
    public long? SentBytes { get; init; }
}
