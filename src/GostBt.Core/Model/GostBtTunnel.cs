namespace GostBt.Model;

/// <summary>The local side as it stands: what <c>Start-</c>, <c>Get-</c> and <c>Stop-GostBtTunnel</c> return.</summary>
public sealed record GostBtTunnel
{
    /// <summary>The profile's name; binds to every other cmdlet's <c>-Name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where the agent stands.</summary>
    public required TunnelState State { get; init; }

    /// <summary>Since when it is in that state.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The TUN device.</summary>
    public string? Interface { get; init; }

    /// <summary>This PC's address in the tunnel, which the BitTorrent client is bound to.</summary>
    public string? Address { get; init; }

    /// <summary>The far TUN address.</summary>
    public string? ServerAddress { get; init; }

    /// <summary>The server's public address.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>The SOCKS5 address to set in the BitTorrent client: the tunnel's own.</summary>
    public string? Proxy { get; init; }

    /// <summary>The last measured round trip to the far TUN address, milliseconds.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>How much the round trip varies: the mean difference between neighbours, over the last minute, milliseconds.</summary>
    public double? JitterMilliseconds { get; init; }

    /// <summary>Questions to the far TUN address without an answer, over the last minute, percent.</summary>
    public double? LossPercent { get; init; }

    /// <summary>What the TUN device receives now, bytes a second.</summary>
    public long? ReceivedBytesPerSecond { get; init; }

    /// <summary>What the TUN device sends now, bytes a second.</summary>
    public long? SentBytesPerSecond { get; init; }

    /// <summary>What the TUN device received since the agent started, bytes.</summary>
    public long? ReceivedBytes { get; init; }

    /// <summary>What the TUN device sent since the agent started, bytes.</summary>
    public long? SentBytes { get; init; }

    /// <summary>The engine of the TUN: <c>gostbt</c> or <c>gost</c>.</summary>
    public string? Engine { get; init; }

    /// <summary>Its version; null where it does not tell.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>How often the engine was restarted since the agent started.</summary>
    public int Restarts { get; init; }

    /// <summary>The agent's process.</summary>
    public int? AgentProcessId { get; init; }

    /// <summary>The last error, without any secret.</summary>
    public string? LastError { get; init; }

    /// <summary>The same without what holds only while the tunnel carries; the totals stay.</summary>
    internal GostBtTunnel WithoutCurrentFigures() => this with
    {
        RoundTripMilliseconds = null,
        JitterMilliseconds = null,
        LossPercent = null,
        ReceivedBytesPerSecond = null,
        SentBytesPerSecond = null,
    };
}
