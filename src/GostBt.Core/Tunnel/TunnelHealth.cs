using System.Diagnostics;
using System.Globalization;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>Looks after a tunnel that is up, a look a second and one at each change of this machine's network, as <see cref="ChangePace"/> has it: device, address, routes, rules and opening, and the far end's pulse.</summary>
internal sealed class TunnelHealth : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EarlyLoss = TimeSpan.FromSeconds(10);

    private readonly AgentContext _context;
    private readonly AgentReport _report;
    private readonly TunnelUpkeep _upkeep;
    private readonly LocalTun _device;
    private readonly INetworkWatch _network;
    private readonly HomeNetwork _home;
    private readonly Pulse _pulse;
    private readonly PublicPortCheck _publicPort;
    private readonly WakeDetector _wake = new();
    private readonly ChangePace _pace = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private Task _changed = Task.CompletedTask;
    private TimeSpan _due;
    private TimeSpan? _madeAgain;

    public TunnelHealth(AgentContext context, AgentReport report, TunnelUpkeep upkeep, LocalTun device)
    {
        _context = context;
        _report = report;
        _upkeep = upkeep;
        _device = device;
        _pulse = Pulse.Of(TunnelNetwork.Parse(context.Profile.Tunnel.Network).ServerAddress, () => _watch.Elapsed);
        _home = HomeNetwork.Without(context.Profile.Tunnel.Interface);
        _home.Changed();
        _publicPort = new PublicPortCheck(context);
        _network = context.Platform.WatchNetwork();
    }

    /// <summary>Whether the loss is not the server's doing, so that there is nothing to wait for.</summary>
    public bool RetryAtOnce { get; private set; }

    /// <summary>Whether the device is not there any more.</summary>
    public bool DeviceVanished { get; private set; }

    /// <summary>Pauses until there is something to look at.</summary>
    /// <param name="ended">Ends the pause too.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    public async Task PauseAsync(IEnumerable<Task> ended, CancellationToken cancellationToken)
    {
        if (_changed.IsCompleted)
        {
            await _changed.ConfigureAwait(false);
            _changed = NextChangeAsync(cancellationToken);
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([Task.Delay(Tick, timer.Token), _changed, .. ended]).ConfigureAwait(false);
        timer.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>One look; what vanished is put back.</summary>
    /// <returns>Why the tunnel is lost; null while it is not.</returns>
    /// <exception cref="GostBtException">Something cannot be put back.</exception>
    public async Task<GostBtException?> LookAsync(CancellationToken cancellationToken)
    {
        var changed = _changed.IsCompleted;
        var now = _watch.Elapsed;
        var counters = _device.Counters();
        if (_context.Traffic.Read(now, counters))
        {
            _pulse.Heard(now);
        }

        if (_wake.Slept(now, DateTimeOffset.UtcNow))
        {
            _context.Log.Info("this PC was asleep, or its clock was set");
            _pulse.Wake();
        }

        var look = changed || _upkeep.PortsChanged();
        if (look && _home.Changed())
        {
            _context.Log.Info("this PC's network changed");
            _pulse.Doubt();
            _due = TimeSpan.Zero;
        }

        // Before anything is put back, which takes its time and may be what was missing: only what is asked after it tells of it.
        if (_pulse.Silent)
        {
            RetryAtOnce = _pulse.InDoubt;
            return EngineFault.Explain(null, "the far end went silent");
        }

        if (counters is null && !await IsMadeAgainAsync(now, cancellationToken).ConfigureAwait(false))
        {
            RetryAtOnce = now >= EarlyLoss;
            DeviceVanished = true;
            return new GostBtException(
                GostBtFailure.TunnelFailed, $"The device {_context.Profile.Tunnel.Interface} vanished.", "It is made again; find out what removes it.");
        }

        if (look)
        {
            await _upkeep.PutBackAsync(cancellationToken).ConfigureAwait(false);
        }

        if (changed)
        {
            _pace.Looked(_watch.Elapsed);
        }

        if (_watch.Elapsed >= _due)
        {
            _due = _watch.Elapsed + Tick - Rounding;
            _ = _pulse.AskAsync();
            _publicPort.AskIfDue(now);
        }

        Tell();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    // Waits here, not in a look: what ends the pause otherwise, an engine's end above all, is seen to at once.
    private async Task NextChangeAsync(CancellationToken cancellationToken)
    {
        await _network.ChangedAsync(cancellationToken).ConfigureAwait(false);
        await Task.Delay(_pace.WaitAt(_watch.Elapsed), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Somebody deleted the device: the bundled engine attaches to another one of its name and stays connected, see StandingTun there. Not when it is deleted again and again.</summary>
    private async Task<bool> IsMadeAgainAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        if (!_upkeep.MakesDevice || _context.Tun.Kind != EngineKind.Bundled || now - _madeAgain < EarlyLoss)
        {
            return false;
        }

        _madeAgain = now;
        _context.Log.Warn($"The device {_context.Profile.Tunnel.Interface} vanished and is made again");
        await _upkeep.MakeDeviceAsync(cancellationToken).ConfigureAwait(false);
        await _upkeep.PutBackAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void Tell()
    {
        var (link, traffic) = (_pulse.Figures, _context.Traffic);
        _report.Measured(link with
        {
            ReceivedBytesPerSecond = (long)traffic.ReceivedPerSecond,
            SentBytesPerSecond = (long)traffic.SentPerSecond,
            ReceivedBytes = traffic.Received,
            SentBytes = traffic.Sent,
        });

        if ((_upkeep.Finding ?? Loss(link) ?? _publicPort.Finding) is { } finding)
        {
            _report.Degraded(finding);
        }
        else if (_report.Tunnel.State == TunnelState.Degraded)
        {
            _report.Up(TimeSpan.FromMilliseconds(link.RoundTripMilliseconds ?? 0));
        }
    }

    private GostBtException? Loss(TunnelFigures link) => !_pulse.Lossy
        ? null
        : new GostBtException(
            GostBtFailure.TunnelFailed,
            "Much of what is sent through the tunnel is lost.",
            string.Format(CultureInfo.InvariantCulture, "{0:0} % in the last minute: check this PC's connection; Test-GostBtTunnel tells more.", link.LossPercent));
}
