namespace GostBt.Model;

/// <summary>Where a tunnel's agent stands. What leads from one state to another is in <c>TunnelTransitions</c>.</summary>
public enum TunnelState
{
    /// <summary>No agent runs.</summary>
    Stopped = 0,

    /// <summary>The agent cleans up after an earlier run, checks this PC, starts the engine and sets device, addresses and routes.</summary>
    Starting,

    /// <summary>This side is ready; the far TUN address has not answered yet, or no longer does.</summary>
    Connecting,

    /// <summary>The far TUN address answers.</summary>
    Up,

    /// <summary>It carries, but a check fails or too much is lost: the last error says what.</summary>
    Degraded,

    /// <summary>The engine ended or the far end is silent; the agent waits before it tries again.</summary>
    Backoff,

    /// <summary>The agent undoes what it did.</summary>
    Stopping,

    /// <summary>The agent gave up: the error says why.</summary>
    Failed,
}
