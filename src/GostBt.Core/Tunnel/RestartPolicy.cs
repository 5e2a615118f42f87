namespace GostBt.Tunnel;

/// <summary>
/// How long to wait before the next attempt: 1 s, 2 s, 4 s … 60 s, each ±20 % so that many PCs do not return to a rebooted server at once. What ended on this PC is replaced at
/// once, but not when it ends again soon.
/// </summary>
internal sealed class RestartPolicy(Func<double> random)
{
    private const double LongestSeconds = 60;

    private int _failures;
    private bool _replaced;

    /// <summary>The wait after one more failure.</summary>
    /// <param name="lostHere">Whether the tunnel was up, and its engine ended or its device vanished.</param>
    public TimeSpan Next(bool lostHere = false)
    {
        if (lostHere && !_replaced)
        {
            _replaced = true;
            return TimeSpan.Zero;
        }

        var seconds = Math.Min(LongestSeconds, Math.Pow(2, Math.Min(_failures++, 16)));
        return TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * random())));
    }

    /// <summary>The tunnel was up: the next wait is a short one again.</summary>
    public void Reset() => (_failures, _replaced) = (0, false);
}
