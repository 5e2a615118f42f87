namespace GostBt.Net;

/// <summary>Totals and rates of a device that is made anew now and then, with its counters at nought each time.</summary>
internal sealed class TrafficMeter
{
    private (TimeSpan At, long Received, long Sent)? _last;

    /// <summary>All that came in, bytes.</summary>
    public long Received { get; private set; }

    /// <summary>All that went out, bytes.</summary>
    public long Sent { get; private set; }

    /// <summary>What came in between the last two readings, bytes a second.</summary>
    public double ReceivedPerSecond { get; private set; }

    /// <summary>What went out between the last two readings, bytes a second.</summary>
    public double SentPerSecond { get; private set; }

    /// <summary>The device's counters as they stand.</summary>
    /// <param name="at">When, on a clock that never goes back.</param>
    /// <param name="counters">Null when the device is not there.</param>
    /// <returns>Whether anything came in since the last reading.</returns>
    public bool Read(TimeSpan at, (long Received, long Sent)? counters)
    {
        if (counters is not var (received, sent))
        {
            _last = null;
            ReceivedPerSecond = SentPerSecond = 0;
            return false;
        }

        // Less than before: it is another device of the same name.
        var known = _last is { } last && received >= last.Received && sent >= last.Sent ? last : (At: at, Received: 0L, Sent: 0L);
        var (more, seconds) = ((Received: received - known.Received, Sent: sent - known.Sent), (at - known.At).TotalSeconds);
        Received += more.Received;
        Sent += more.Sent;
        (ReceivedPerSecond, SentPerSecond) = seconds > 0 ? (more.Received / seconds, more.Sent / seconds) : (0, 0);
        _last = (at, received, sent);
        return more.Received > 0;
    }
}
