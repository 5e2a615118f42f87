using System.Net;
using GostBt.Net;

namespace GostBt.Tunnel;

/// <summary>
/// The far TUN address, asked each second without waiting for the answer before. Silence is what counts: a slow or lossy link is heard of, a dead one is not.
/// What the device receives is a sign of life too, for a link so full that answers come late. Only who was asked, and had the time to answer, is silent: this
/// PC itself may be late.
/// </summary>
internal sealed class Pulse
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SilenceAllowed = TimeSpan.FromSeconds(7);
    private const int EnoughToJudge = 20;
    private const double LossToTell = 10;
    private const double LossToForget = 5;

    private readonly Func<TimeSpan, Task<TimeSpan?>> _ask;
    private readonly Func<TimeSpan> _clock;
    private readonly object _gate = new();
    private readonly LinkQuality _quality = new();
    private TimeSpan _heard;
    private TimeSpan? _doubted;
    private TimeSpan? _asked; // first since it was heard of
    private TimeSpan? _askedInDoubt; // first since the doubt
    private int _epoch;
    private bool _lossy;

    /// <param name="ask">Asks the far end once, for so long.</param>
    /// <param name="clock">A clock that never goes back.</param>
    public Pulse(Func<TimeSpan, Task<TimeSpan?>> ask, Func<TimeSpan> clock)
    {
        _ask = ask;
        _clock = clock;
        _heard = clock();
    }

    /// <summary>The pulse of an address, by ICMP echo.</summary>
    /// <param name="address">The far end's.</param>
    /// <param name="clock">A clock that never goes back.</param>
    public static Pulse Of(IPAddress address, Func<TimeSpan> clock) => new(
        async timeout =>
        {
            using var farEnd = new FarEnd(address);
            return await farEnd.AskAsync(timeout).ConfigureAwait(false);
        },
        clock);

    /// <summary>Whether the far end has been silent for too long.</summary>
    public bool Silent
    {
        get
        {
            lock (_gate)
            {
                var now = _clock();
                return (now - _heard >= SilenceAllowed && HadTime(_asked, now)) || (_doubted >= _heard && HadTime(_askedInDoubt, now));
            }
        }
    }

    /// <summary>Whether nothing was heard since there was reason to doubt that anything would be.</summary>
    public bool InDoubt
    {
        get
        {
            lock (_gate)
            {
                return _doubted >= _heard;
            }
        }
    }

    /// <summary>Whether much is lost, and has been for a while.</summary>
    public bool Lossy
    {
        get
        {
            lock (_gate)
            {
                return _lossy = _quality.Count >= EnoughToJudge && _quality.LossPercent >= (_lossy ? LossToForget : LossToTell);
            }
        }
    }

    /// <summary>Round trip, jitter and loss.</summary>
    public TunnelFigures Figures
    {
        get
        {
            lock (_gate)
            {
                return new TunnelFigures { RoundTripMilliseconds = _quality.RoundTripMilliseconds, JitterMilliseconds = _quality.JitterMilliseconds, LossPercent = _quality.LossPercent };
            }
        }
    }

    /// <summary>Sends one request more; its answer is noted when it comes.</summary>
    /// <returns>Ends with the answer, or without one after a few seconds.</returns>
    public async Task AskAsync()
    {
        int epoch;
        lock (_gate)
        {
            epoch = _epoch;
            _asked ??= _clock();
            _askedInDoubt ??= _clock();
        }

        var roundTrip = await _ask(Timeout).ConfigureAwait(false);
        lock (_gate)
        {
            if (epoch == _epoch)
            {
                var now = _clock();
                _quality.Add(now, roundTrip);
                if (roundTrip is not null)
                {
                    Note(now);
                }
            }
        }
    }

    /// <summary>Something came from the far end.</summary>
    /// <param name="by">When it was there already, on the clock: what made the way doubtful since then is not disproved by it.</param>
    public void Heard(TimeSpan by)
    {
        lock (_gate)
        {
            Note(by);
        }
    }

    /// <summary>The way there may be another one now: if nothing comes soon, nothing will.</summary>
    public void Doubt()
    {
        lock (_gate)
        {
            _doubted = _clock();
            _askedInDoubt = null;
        }
    }

    /// <summary>This machine slept: what was asked before it did, and its silence, tell nothing.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _epoch++;
            _quality.Clear();
            _heard = _clock();
            _doubted = _heard;
            _asked = _askedInDoubt = null;
        }
    }

    private static bool HadTime(TimeSpan? asked, TimeSpan now) => asked is { } since && now - since >= Timeout;

    private void Note(TimeSpan heard)
    {
        if (heard > _heard)
        {
            _heard = heard;
            _asked = null;
        }
    }
}
