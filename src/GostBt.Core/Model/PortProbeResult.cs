namespace GostBt.Model;

/// <summary>What a probe of a published port found: one per port and protocol.</summary>
public sealed record PortProbeResult
{
    /// <summary>The profile's name.</summary>
    public required string Name { get; init; }

    /// <summary>The published port.</summary>
    public required int Port { get; init; }

    /// <summary>The port it leads to at home.</summary>
    public int InsidePort { get; init; }

    /// <summary><see cref="PortProtocol.Tcp"/> or <see cref="PortProtocol.Udp"/>.</summary>
    public required PortProtocol Protocol { get; init; }

    /// <summary>Whether the port answered.</summary>
    public required bool Open { get; init; }

    /// <summary>Where the probe came from: the server itself or the host given by <c>-From</c>.</summary>
    public required string From { get; init; }

    /// <summary>What answered at home: GostBt's own listener, or a BitTorrent client.</summary>
    public string? Answered { get; init; }

    /// <summary>The probe's source endpoint as home saw it, when home could see it.</summary>
    public string? SourceSeen { get; init; }

    /// <summary>The source endpoint the probe used.</summary>
    public string? SourceExpected { get; init; }

    /// <summary>Whether home saw the true source; null when home could not see it.</summary>
    public bool? SourcePreserved { get; init; }

    /// <summary>Connect time (TCP) or time to the answer (UDP), milliseconds.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>The part that broke when closed.</summary>
    public ProbeStage Stage { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public string? Detail { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether the port answered over IPv6; null when the server publishes no IPv6, or it could not be asked.</summary>
    public bool? OpenIPv6 { get; init; }

    /// <summary>The IPv6 probe's source endpoint as home saw it, when home could see it.</summary>
    public string? SourceSeenIPv6 { get; init; }

    /// <summary>Whether home saw the IPv6 probe's true source; null when home could not see it.</summary>
    public bool? SourcePreservedIPv6 { get; init; }

    /// <summary>What was found over IPv6, in one sentence; null when nothing was asked.</summary>
    public string? DetailIPv6 { get; init; }
}
