using System.Diagnostics;

namespace GostBt.PowerShell.Abstractions;

/// <summary>Lets a new step through at once and repetitions of the same step at most a few times a second: drawing progress costs more than most work.</summary>
internal sealed class ProgressThrottle(Func<TimeSpan>? clock = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly Stopwatch Running = Stopwatch.StartNew();

    private readonly Func<TimeSpan> _clock = clock ?? (() => Running.Elapsed);
    private readonly object _gate = new();
    private string? _last;
    private TimeSpan _shown;

    /// <summary>Whether this report is to be shown now.</summary>
    public bool Passes(string activity, string status)
    {
        var step = activity + "\n" + status;
        lock (_gate)
        {
            var now = _clock();
            if (string.Equals(step, _last, StringComparison.Ordinal) && now - _shown < Interval)
            {
                return false;
            }

            _last = step;
            _shown = now;
            return true;
        }
    }
}
