namespace GostBt.Tunnel;

/// <summary>
/// How soon a change of this machine's network is looked at: the first at once, those that follow four times a second at most, and once a second at most while they go on and on
/// (containers that come and go, a firewall that others keep changing). A look costs a dozen processes. Pure.
/// </summary>
internal sealed class ChangePace
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private TimeSpan? _looked;
    private TimeSpan _since;

    /// <summary>How long the look at a change has to wait.</summary>
    /// <param name="now">When it was noticed, on a clock that never goes back.</param>
    public TimeSpan WaitAt(TimeSpan now)
    {
        if (_looked is not { } looked || now - looked >= Quiet)
        {
            _since = now;
            return TimeSpan.Zero;
        }

        var left = looked + (now - _since < Quiet ? Shortest : Longest) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>It was looked at.</summary>
    /// <param name="now">When the look ended.</param>
    public void Looked(TimeSpan now) => _looked = now;
}
