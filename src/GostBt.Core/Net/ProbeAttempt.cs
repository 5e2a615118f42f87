using System.Net;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>How one probe went, as the probing host tells it.</summary>
internal sealed record ProbeAttempt
{
    public required PortProtocol Protocol { get; init; }

    public required int Port { get; init; }

    /// <summary>The endpoint it was sent from; null when the host could not tell.</summary>
    public IPEndPoint? Source { get; init; }

    /// <summary>Time to connect, or to the first answer; null when there was none.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>Whether an RST or an ICMP port unreachable came.</summary>
    public bool Refused { get; init; }

    /// <summary>Whether the probing host has no way there.</summary>
    public bool Unreachable { get; init; }

    /// <summary>What came back.</summary>
    public IReadOnlyList<byte[]> Replies { get; init; } = [];
}
