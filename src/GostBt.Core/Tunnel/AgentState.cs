using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>What an agent tells about itself in its state file.</summary>
internal sealed record AgentState
{
    /// <summary>The tunnel as results show it.</summary>
    public required GostBtTunnel Tunnel { get; init; }

    /// <summary>Tells the agent's process from a later one that got the same number.</summary>
    public string? AgentStart { get; init; }

    /// <summary>The fingerprint of what it runs with: <see cref="TunnelConfiguration.Fingerprint"/>.</summary>
    public string? Configuration { get; init; }

    /// <summary>Counts the attempts at the tunnel since the agent started.</summary>
    public int Attempt { get; init; }

    /// <summary>What it does while <see cref="TunnelState.Starting"/>.</summary>
    public string? Step { get; init; }

    /// <summary>Why it failed.</summary>
    public GostBtFailure? Failure { get; init; }

    /// <summary>What the user can do about <see cref="GostBtTunnel.LastError"/>.</summary>
    public string? Remedy { get; init; }
}
