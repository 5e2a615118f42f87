using System.Diagnostics;
using System.Globalization;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>Keeps what the agent tells of itself true while it runs, in memory for whoever asks and in the state file, and notes each change in its log.</summary>
internal sealed class AgentReport
{
    private static readonly TimeSpan FiguresPeriod = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly AgentLog _log;
    private readonly object _gate = new();
    private readonly Stopwatch _sinceWrite = Stopwatch.StartNew();
    private volatile AgentState _state;

    public AgentReport(AgentFiles files, AgentLog log, AgentState begun)
    {
        _path = files.State;
        _log = log;
        _state = begun;
    }

    /// <summary>A profile's tunnel before anything is known of an agent.</summary>
    public static GostBtTunnel Describe(Profile profile) => new()
    {
        Name = profile.Name.Value,
        State = TunnelState.Stopped,
        Interface = profile.Tunnel.Interface,
        Address = profile.Tunnel.Client,
        ServerAddress = TunnelNetwork.Parse(profile.Tunnel.Network).ServerAddress.ToString(),
        PublicAddress = profile.Server.PublicAddress,
        Proxy = string.Format(CultureInfo.InvariantCulture, "{0}:{1}", profile.Tunnel.Client, profile.Proxy.Port),
    };

    /// <summary>All that is known now.</summary>
    public AgentState State => _state;

    /// <summary>The tunnel as last reported.</summary>
    public GostBtTunnel Tunnel => _state.Tunnel;

    /// <summary>The agent begins with its first step.</summary>
    public void Begun(string step)
    {
        _log.Info(step);
        Change(state => To(state, TunnelEvent.Begun) with { Step = step });
    }

    /// <summary>What it works with from now on.</summary>
    public void Runs(AgentContext context) => Change(state =>
    {
        var described = Describe(context.Profile);
        return state with
        {
            Configuration = context.Configuration.Fingerprint,
            Tunnel = state.Tunnel with
            {
                Interface = described.Interface,
                Address = described.Address,
                ServerAddress = described.ServerAddress,
                PublicAddress = described.PublicAddress,
                Proxy = described.Proxy,
            },
        };
    });

    /// <summary>Another attempt at the tunnel begins.</summary>
    public void Attempt(int number) => Change(state => (number == 1 ? state : To(state, TunnelEvent.Again)) with { Attempt = number });

    /// <summary>Somebody wants something of it.</summary>
    public void Told(string what) => _log.Info(what);

    /// <summary>Which engine it will be.</summary>
    public void Engine(EngineName engine) => Change(state => state with { Tunnel = state.Tunnel with { Engine = engine.Name, EngineVersion = engine.Version } });

    /// <summary>A step on this PC's side begins.</summary>
    public void Starting(string step)
    {
        _log.Info(step);
        Change(state => (state.Tunnel.State == TunnelState.Starting ? state : To(state, TunnelEvent.Again)) with { Step = step });
    }

    /// <summary>This PC's side is ready; the far end has to answer.</summary>
    public void Connecting(string step)
    {
        _log.Info(step);
        Change(state => To(state, TunnelEvent.Prepared) with { Step = step });
    }

    /// <summary>A step meets an error that may pass.</summary>
    public void Trouble(GostBtException why)
    {
        if (why.Message != Tunnel.LastError)
        {
            Change(state => With(state, why));
        }
    }

    /// <summary>The far end answers and all is well.</summary>
    public void Up(TimeSpan roundTrip)
    {
        _log.Info(string.Format(CultureInfo.InvariantCulture, "up, {0:0.0} ms", roundTrip.TotalMilliseconds));
        Change(state => WithoutError(To(state, TunnelEvent.Answered), roundTrip));
    }

    /// <summary>It carries, but not well.</summary>
    /// <param name="why">What to tell, and what to do about it.</param>
    public void Degraded(GostBtException why)
    {
        if (Tunnel.State != TunnelState.Degraded || Tunnel.LastError != why.Message)
        {
            _log.Warn(why.Message);
            Change(state => With(To(state, TunnelEvent.Impaired), why) with { Step = null });
        }
    }

    /// <summary>New figures: at once for whoever asks the agent, in the state file now and then only.</summary>
    public void Measured(TunnelFigures figures)
    {
        lock (_gate)
        {
            _state = _state with
            {
                Tunnel = Tunnel with
                {
                    RoundTripMilliseconds = figures.RoundTripMilliseconds ?? Tunnel.RoundTripMilliseconds,
                    JitterMilliseconds = figures.JitterMilliseconds ?? Tunnel.JitterMilliseconds,
                    LossPercent = figures.LossPercent ?? Tunnel.LossPercent,
                    ReceivedBytesPerSecond = figures.ReceivedBytesPerSecond ?? Tunnel.ReceivedBytesPerSecond,
                    SentBytesPerSecond = figures.SentBytesPerSecond ?? Tunnel.SentBytesPerSecond,
                    ReceivedBytes = figures.ReceivedBytes ?? Tunnel.ReceivedBytes,
                    SentBytes = figures.SentBytes ?? Tunnel.SentBytes,
                },
            };
            if (_sinceWrite.Elapsed >= FiguresPeriod)
            {
                Write();
            }
        }
    }

    /// <summary>This attempt is over.</summary>
    public void Backoff(GostBtException why, TimeSpan wait)
    {
        _log.Warn(string.Format(CultureInfo.InvariantCulture, "{0} Next attempt in {1:0.0} s.", why.Message, wait.TotalSeconds));
        Change(state => With(Restarted(To(state, TunnelEvent.Lost)), why));
    }

    /// <summary>The agent was told to end.</summary>
    public void Stopping()
    {
        _log.Info("stopping");
        Change(state => To(state, TunnelEvent.Told));
    }

    /// <summary>The agent's last word.</summary>
    /// <param name="why">Null when it was told to end.</param>
    public void Ended(GostBtException? why)
    {
        if (why is null)
        {
            _log.Info("stopped");
            Change(state => To(state, TunnelEvent.Ended) with { Step = null });
        }
        else
        {
            _log.Warn($"failed: {why.Message}");
            Change(state => With(To(state, TunnelEvent.GaveUp), why));
        }
    }

    private static AgentState With(AgentState state, GostBtException why) =>
        state with { Failure = why.Failure, Remedy = why.Remedy, Tunnel = state.Tunnel with { LastError = why.Message } };

    private static AgentState WithoutError(AgentState state, TimeSpan roundTrip) =>
        state with { Step = null, Failure = null, Remedy = null, Tunnel = state.Tunnel with { LastError = null, RoundTripMilliseconds = roundTrip.TotalMilliseconds } };

    private static AgentState Restarted(AgentState state) => state with { Tunnel = state.Tunnel with { Restarts = state.Tunnel.Restarts + 1 } };

    private AgentState To(AgentState state, TunnelEvent what)
    {
        var was = state.Tunnel.State;
        if (TunnelTransitions.Next(was, what) is not { } next)
        {
            _log.Warn($"'{what}' means nothing while {was}");
            return state;
        }

        if (next == was)
        {
            return state;
        }

        var tunnel = state.Tunnel with { State = next, Since = DateTimeOffset.UtcNow };
        return state with { Tunnel = next.Carries() ? tunnel : tunnel.WithoutCurrentFigures() with { AgentProcessId = next.IsOver() ? null : tunnel.AgentProcessId } };
    }

    private void Change(Func<AgentState, AgentState> change)
    {
        lock (_gate)
        {
            _state = change(_state);
            Write();
        }
    }

    private void Write()
    {
        _sinceWrite.Restart();
        try
        {
            AgentStateFile.Write(_path, _state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As with the log: a full disk must not take the tunnel down. The next change is written again.
            _log.Warn("the state file cannot be written: " + e.Message);
        }
    }
}
