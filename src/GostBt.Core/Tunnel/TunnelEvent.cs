namespace GostBt.Tunnel;

/// <summary>What can happen to a tunnel's agent.</summary>
internal enum TunnelEvent
{
    /// <summary>The agent begins.</summary>
    Begun,

    /// <summary>This PC's side is ready: engine, device, routes, SOCKS5.</summary>
    Prepared,

    /// <summary>The far end answers and every check is well.</summary>
    Answered,

    /// <summary>It carries, but not well.</summary>
    Impaired,

    /// <summary>This attempt is over; another one follows after a wait.</summary>
    Lost,

    /// <summary>Another attempt begins: the wait is over, or somebody asked for a restart or for a changed profile to be taken up.</summary>
    Again,

    /// <summary>The agent is told to end.</summary>
    Told,

    /// <summary>Everything is taken back.</summary>
    Ended,

    /// <summary>Trying again cannot help.</summary>
    GaveUp,
}
