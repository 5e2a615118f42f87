namespace GostBt.Tunnel;

/// <summary>
/// Notices that this process did not run for a while: the machine slept, or it was stopped. A sleep shows as wall-clock time that the monotonic clock does not know of (Linux),
/// or as a look that comes far too late. A clock that was set looks the same; what follows, asking the far end at once, does no harm then.
/// </summary>
internal sealed class WakeDetector
{
    /// <summary>What is longer than this was no busy moment.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromSeconds(5);

    private (TimeSpan Monotonic, DateTimeOffset Wall)? _last;

    /// <summary>To be called each second or so.</summary>
    /// <param name="monotonic">A clock that never goes back.</param>
    /// <param name="wall">The wall clock.</param>
    /// <returns>Whether it slept since the last look.</returns>
    public bool Slept(TimeSpan monotonic, DateTimeOffset wall)
    {
        var before = _last;
        _last = (monotonic, wall);
        return before is var (lastMonotonic, lastWall)
            && (monotonic - lastMonotonic > Gap || wall - lastWall - (monotonic - lastMonotonic) > Gap);
    }
}
