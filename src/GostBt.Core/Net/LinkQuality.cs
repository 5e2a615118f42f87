namespace GostBt.Net;

/// <summary>What the last minute of echo requests tells of a link.</summary>
internal sealed class LinkQuality
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<(TimeSpan At, double? Milliseconds)> _samples = new();

    /// <summary>How many requests were answered or given up in the last minute.</summary>
    public int Count => _samples.Count;

    /// <summary>The last round trip, milliseconds; null when none was answered.</summary>
    public double? RoundTripMilliseconds => Answered().Select(time => (double?)time).LastOrDefault();

    /// <summary>The mean round trip, milliseconds; null when none was answered.</summary>
    public double? MeanRoundTripMilliseconds => Answered().Select(time => (double?)time).Average();

    /// <summary>The mean difference of one round trip from the one before (RFC 3550's notion of jitter), milliseconds; null for less than two.</summary>
    public double? JitterMilliseconds
    {
        get
        {
            var times = Answered().ToList();
            return times.Count < 2 ? null : times.Zip(times.Skip(1), (first, second) => Math.Abs(second - first)).Average();
        }
    }

    /// <summary>How many had no answer, percent; null when there was none at all.</summary>
    public double? LossPercent => _samples.Count == 0 ? null : 100.0 * _samples.Count(sample => sample.Milliseconds is null) / _samples.Count;

    /// <summary>One request more.</summary>
    /// <param name="at">When, on a clock that never goes back.</param>
    /// <param name="roundTrip">Null when it had no answer.</param>
    public void Add(TimeSpan at, TimeSpan? roundTrip)
    {
        _samples.Enqueue((at, roundTrip?.TotalMilliseconds));
        while (at - _samples.Peek().At > Window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>What was measured before says nothing of now: the machine slept.</summary>
    public void Clear() => _samples.Clear();

    private IEnumerable<double> Answered() => _samples.Where(sample => sample.Milliseconds is not null).Select(sample => sample.Milliseconds!.Value);
}
