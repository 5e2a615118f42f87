using System.Diagnostics;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>One attempt at the tunnel: brings it up step by step, then watches it until it is lost.</summary>
internal sealed class TunnelSession(AgentContext context, RoutePlan plan, AgentReport report) : IDisposable
{
    private static readonly TimeSpan DeviceDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProxyDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPingTimeout = TimeSpan.FromMilliseconds(150);

    private readonly List<EngineProcess> _engines = [];
    private readonly TunnelUpkeep _upkeep = new(context, plan);
    private readonly FarEnd _farEnd = new(TunnelNetwork.Parse(context.Profile.Tunnel.Network).ServerAddress);
    private readonly LocalProxy _proxy = new(context.Profile);
    private readonly LocalTun _device = new(context.Profile.Tunnel.Interface, context.Profile.Tunnel.Client);

    /// <summary>Returns when the far TUN address answers.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The round trip.</returns>
    /// <exception cref="GostBtException">A step failed; the message names it.</exception>
    public async Task<TimeSpan> BringUpAsync(CancellationToken cancellationToken)
    {
        TakeUpServerKey();
        var apart = context.Tun.Kind == EngineKind.Gost;
        if (_upkeep.MakesDevice)
        {
            report.Starting("making its device");
            await _upkeep.MakeDeviceAsync(cancellationToken).ConfigureAwait(false);
        }

        report.Starting("starting the engine");
        Start(context.Tun, apart ? context.Configuration.Tun("warn") : context.Configuration.Whole(), context.Files.Engine);

        var tunnel = context.Profile.Tunnel;
        if (!_upkeep.MakesDevice)
        {
            var waitForDevice = $"waiting for {tunnel.Interface} to have {tunnel.Client}";
            report.Starting(waitForDevice);
            await UntilAsync(() => Task.FromResult(_device.HasAddress ? TimeSpan.Zero : (TimeSpan?)null), DeviceDeadline, waitForDevice, cancellationToken).ConfigureAwait(false);
        }

        report.Starting("adding its routes");
        await _upkeep.MakeAsync(cancellationToken).ConfigureAwait(false);

        if (apart)
        {
            report.Starting("starting the SOCKS5");
            Start(context.Bundled, context.Configuration.Proxy(), context.Files.Proxy);
        }

        const string WaitForProxy = "waiting for the SOCKS5 to listen";
        report.Starting(WaitForProxy);
        await UntilAsync(() => _proxy.AskAsync(cancellationToken), ProxyDeadline, WaitForProxy, cancellationToken).ConfigureAwait(false);

        var waitForAnswer = $"waiting for {TunnelNetwork.Parse(tunnel.Network).ServerAddress} to answer";
        report.Connecting(waitForAnswer);

        // The first requests go out before the engine is connected; asking again soon beats waiting for an answer that cannot come.
        var patience = FirstPingTimeout;
        var roundTrip = await UntilAsync(
            () =>
            {
                var timeout = patience;
                patience = patience + patience < PingTimeout ? patience + patience : PingTimeout;
                return _farEnd.AskAsync(timeout);
            },
            AnswerDeadline,
            waitForAnswer,
            cancellationToken).ConfigureAwait(false);
        _engines.ForEach(engine => engine.ForgetErrors());
        return roundTrip;
    }

    /// <summary>Whether the tunnel was lost by no fault of the server's: there is nothing to wait for.</summary>
    public bool RetryAtOnce { get; private set; }

    /// <summary>Whether the tunnel was lost because its engine ended, or its device vanished.</summary>
    public bool LostHere { get; private set; }

    /// <summary>Watches engine, device, routes and far end; puts back what vanished.</summary>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>Why the tunnel was lost.</returns>
    public async Task<GostBtException> WatchAsync(CancellationToken cancellationToken)
    {
        using var health = new TunnelHealth(context, report, _upkeep, _device);
        while (true)
        {
            if (Ended() is { } ended)
            {
                LostHere = true;
                return ended.Explain("the tunnel was up");
            }

            TakeUpServerKey();
            if (await health.LookAsync(cancellationToken).ConfigureAwait(false) is { } lost)
            {
                RetryAtOnce = health.RetryAtOnce;
                LostHere = health.DeviceVanished;
                return LastError() is { } error ? EngineFault.Explain(error, lost.Message.TrimEnd('.')) : lost;
            }

            await health.PauseAsync(_engines.Select(engine => engine.Exited), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the engines.</summary>
    public Task StopAsync() => Task.WhenAll(_engines.Select(engine => engine.StopAsync()));

    /// <summary>Ends the engines at once: others are to take their place.</summary>
    public Task KillAsync() => Task.WhenAll(_engines.Select(engine => engine.KillAsync()));

    /// <inheritdoc/>
    public void Dispose()
    {
        _engines.ForEach(engine => engine.Dispose());
        _farEnd.Dispose();
    }

    private void TakeUpServerKey()
    {
        try
        {
            if (context.Server.Refresh())
            {
                context.Log.Info("the server's certificate changed; it counts for the next connection");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or GostBtException)
        {
            context.Log.Warn($"the profile's secrets cannot be read: {e.Message}");
        }
    }

    private void Start(EngineProgram program, Gost.GostConfiguration configuration, string path)
    {
        context.Journal.Note(UndoStep.OfEngine(path));
        var engine = EngineProcess.Start(program, configuration, path, context.Secret, context.Log);
        _engines.Add(engine);
        context.Platform.NoteEngine(path, engine.Id);
    }

    // The engine started last is the one a step waits for.
    private string? LastError() => _engines.Select(engine => engine.LastError).LastOrDefault(error => error is not null);

    private EngineProcess? Ended() => _engines.FirstOrDefault(engine => engine.Exited.IsCompleted);

    // A pause that the end of an engine cuts short.
    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.WhenAny([Task.Delay(pause, cancellationToken), .. _engines.Select(engine => engine.Exited)]).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<TimeSpan> UntilAsync(Func<Task<TimeSpan?>> ask, TimeSpan deadline, string step, CancellationToken cancellationToken)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            if (await ask().ConfigureAwait(false) is { } answer)
            {
                return answer;
            }

            if (Ended() is { } ended)
            {
                throw ended.Explain(step);
            }

            var fault = LastError() is { } error ? EngineFault.Explain(error, step) : null;
            if (fault is not null && EngineFault.IsFinal(fault.Failure))
            {
                throw fault;
            }

            if (fault is not null)
            {
                report.Trouble(fault);
            }

            if (watch.Elapsed >= deadline)
            {
                throw fault ?? EngineFault.Explain(null, step);
            }

            await PauseAsync(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
        }
    }
}
