using GostBt.Model;
using static GostBt.Model.TunnelState;
using static GostBt.Tunnel.TunnelEvent;

namespace GostBt.Tunnel;

/// <summary>The agent's state machine: the one table of what leads where. Pure.</summary>
internal static class TunnelTransitions
{
    private static readonly Dictionary<(TunnelState From, TunnelEvent What), TunnelState> Table = new()
    {
        [(Stopped, Begun)] = Starting,
        [(Failed, Begun)] = Starting,

        [(Starting, Prepared)] = Connecting,
        [(Connecting, Prepared)] = Connecting,

        [(Connecting, Answered)] = Up,
        [(Degraded, Answered)] = Up,
        [(Up, Answered)] = Up,
        [(Connecting, Impaired)] = Degraded,
        [(Up, Impaired)] = Degraded,
        [(Degraded, Impaired)] = Degraded,

        [(Starting, Lost)] = Backoff,
        [(Connecting, Lost)] = Backoff,
        [(Up, Lost)] = Backoff,
        [(Degraded, Lost)] = Backoff,

        [(Starting, Again)] = Starting,
        [(Connecting, Again)] = Starting,
        [(Up, Again)] = Starting,
        [(Degraded, Again)] = Starting,
        [(Backoff, Again)] = Starting,

        [(Starting, Told)] = Stopping,
        [(Connecting, Told)] = Stopping,
        [(Up, Told)] = Stopping,
        [(Degraded, Told)] = Stopping,
        [(Backoff, Told)] = Stopping,
        [(Stopping, Told)] = Stopping,
        [(Stopping, Ended)] = Stopped,

        [(Starting, GaveUp)] = Failed,
        [(Connecting, GaveUp)] = Failed,
        [(Up, GaveUp)] = Failed,
        [(Degraded, GaveUp)] = Failed,
        [(Backoff, GaveUp)] = Failed,
        [(Stopping, GaveUp)] = Failed,
    };

    /// <summary>The state after an event; null where the event has no meaning in that state, which stays.</summary>
    public static TunnelState? Next(TunnelState from, TunnelEvent what) => Table.TryGetValue((from, what), out var next) ? next : null;
}
