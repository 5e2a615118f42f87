namespace GostBt.Tunnel;

/// <summary>An agent that was started a moment ago, by this process or by the system.</summary>
internal interface ILaunchedAgent : IDisposable
{
    /// <summary>Its process; null where the system knows it.</summary>
    int? Id { get; }

    /// <summary>Whether the system starts it by itself and did so before it was launched: it may come back then, however this launch ends.</summary>
    bool StartsByItself { get; }

    /// <summary>What it said before it ended.</summary>
    Task<string> Said { get; }

    /// <summary>Whether it ended and does not come back by itself.</summary>
    /// <param name="news">What it wrote since it was started, if it did.</param>
    bool HasEnded(AgentState? news);
}
