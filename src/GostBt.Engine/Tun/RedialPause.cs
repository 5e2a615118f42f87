namespace GostBt.Engine.Tun;

/// <summary>How long a client waits before it dials its server again.</summary>
internal sealed class RedialPause
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    // A server's engine that is only restarted is back within seconds, and each tenth counts.
    private static readonly TimeSpan Restart = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(5);

    private TimeSpan _lost;
    private TimeSpan _pause = First;

    /// <summary>The next pause.</summary>
    /// <param name="now">The time, counted from when the client began to dial.</param>
    /// <param name="served">How long the connection lasted that has just ended, from the server's first answer on; zero where there was none.</param>
    internal TimeSpan After(TimeSpan now, TimeSpan served)
    {
        // One that answers and hangs up at once, again and again, is not one that is restarted. A connection as long as the longest pause is as good as that.
        if (served >= Longest)
        {
            (_lost, _pause) = (now, First);
        }

        if (now - _lost < RestartPatience)
        {
            return Scattered(Restart);
        }

        var pause = _pause;
        _pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, Longest.Ticks));
        return Scattered(pause);
    }

    // By a quarter: the clients of one server, which all lost it at the same moment, need not all come back at the same moment.
    private static TimeSpan Scattered(TimeSpan pause) => pause * (0.75 + (Random.Shared.NextDouble() / 2));
}
