using System.Diagnostics;
using System.Net.NetworkInformation;
using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;
using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>
/// What <c>gostbt agent</c> runs beside the user's session: keeps one profile's tunnel up until it is told to end, then takes back everything it
/// changed. Holds the profile's lock, so that there is one at most; a crashed one's leftovers are taken back first. It answers at its pipe, see <see cref="AgentPipe"/>.
/// </summary>
public sealed class TunnelAgent : IDisposable
{
    private static readonly TimeSpan AdapterPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(30);

    private readonly AgentLock _lock;
    private readonly AgentSetup _setup;
    private readonly AgentContext _first;
    private readonly AgentReport _report;

    // Whose device and routes are set; what was asked for since may be another.
    private volatile AgentContext? _inPlace;

    private TunnelAgent(AgentLock held, AgentSetup setup, AgentContext context)
    {
        _lock = held;
        _setup = setup;
        _first = context;
        using var self = Process.GetCurrentProcess();
        _report = new AgentReport(context.Files, context.Log, new AgentState
        {
            Configuration = context.Configuration.Fingerprint,
            Tunnel = AgentReport.Describe(context.Profile) with { AgentProcessId = self.Id },
            AgentStart = context.Platform.StartOf(self.Id),
        });
    }

    /// <summary>The agent's log file, where its process writes what it has to say.</summary>
    public string LogPath => _first.Files.Log;

    /// <summary>Takes the profile's lock and checks what can be checked; changes nothing of this machine's network.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="profiles">Where it is kept.</param>
    /// <param name="paths">Where its state goes.</param>
    /// <param name="engines">What it runs.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="GostBtException">No such profile, not deployed, not root, no engine, or <see cref="GostBtFailure.Busy"/>: another agent runs.</exception>
    public static async Task<TunnelAgent> OpenAsync(
        ProfileName name, ProfileStore profiles, GostBtPaths paths, AgentEngines engines, CancellationToken cancellationToken)
    {
        var setup = new AgentSetup(name, profiles, paths, engines);
        var loaded = await setup.LoadAsync(cancellationToken).ConfigureAwait(false);
        profiles.RequirePrivate();
        setup.Files.CreateFolder();
        var held = await AgentLock.TryTakeAsync(setup.Files.Lock, AgentLock.Patience, cancellationToken).ConfigureAwait(false)
            ?? throw new GostBtException(GostBtFailure.Busy, $"An agent of '{name}' runs already.", "Ask for it with 'gostbt status', end it with 'gostbt down'.");
        try
        {
            var log = new AgentLog(setup.Files.Log);
            var context = setup.Prepare(loaded, setup.OpenJournal(loaded, log), log, new TrafficMeter());
            return new TunnelAgent(held, setup, context);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the tunnel up until cancelled, or told to end at its pipe.</summary>
    /// <param name="cancellationToken">Ends it and takes everything back.</param>
    /// <exception cref="GostBtException">It gave up, because trying again could not help. Everything is taken back.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        GostBtException? failure = null;
        using var orders = new AgentOrders(_first, _report, LoadAgainAsync, cancellationToken);
        using var pipe = AgentPipeServer.TryStart(_first.Files, orders, _first.Log);
        try
        {
            _report.Begun("cleaning up after an earlier run");
            await TakeBackAsync(_first).ConfigureAwait(false);
            _report.Engine(await _first.Tun.DescribeAsync(orders.Ending).ConfigureAwait(false));
            _first.Platform.TieEngines();
            if (_first.Platform.IsWindows)
            {
                await new LocalTun(_first.Profile.Tunnel.Interface, _first.Profile.Tunnel.Client).UntilGoneAsync(AdapterPatience, orders.Ending).ConfigureAwait(false);
            }

            AgentSetup.RequireFree(_first.Profile);
            await KeepUpAsync(orders).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (orders.Ending.IsCancellationRequested)
        {
            _report.Stopping();
        }
        catch (GostBtException e)
        {
            failure = e;
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = new GostBtException(GostBtFailure.Unexpected, $"The agent cannot go on: {e.Message}", "Check the free space and the permissions of its state folder.", e);
            throw failure;
        }
        finally
        {
            await TakeBackAsync(_first).ConfigureAwait(false);
            try
            {
                _first.Files.RemoveSecrets();
            }
            finally
            {
                _report.Ended(failure);
            }
        }
    }

    /// <summary>Lets go of the lock.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Takes back what a journal notes; what cannot be taken back stays noted.</summary>
    internal static async Task TakeBackAsync(UndoJournal journal, ITunnelPlatform platform, Action<string> warn, Func<UndoStep, bool>? keep = null)
    {
        try
        {
            var problems = await journal.ReplayAsync(step => step switch
            {
                { WentWithItsBoot: true } => Task.CompletedTask,
                { EngineConfiguration: { } engine } => platform.EndEnginesAsync(engine, TimeSpan.FromSeconds(2)),
                _ => platform.Routes.UndoAsync(step.Route!, CancellationToken.None),
            }, keep).ConfigureAwait(false);
            foreach (var problem in problems)
            {
                warn(problem.Message);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Taken back it is; what stays noted is looked at again at the next start.
            warn($"the journal of what has to be undone cannot be written: {e.Message}");
        }
    }

    private static Task TakeBackAsync(AgentContext context, Func<UndoStep, bool>? keep = null) => TakeBackAsync(context.Journal, context.Platform, context.Log.Warn, keep);

    // The device stays, with the sockets bound to it, when only its MTU, address or routes are others. What an opening lets in is changed when it is applied again.
    private static bool IsOf(AgentContext before, AgentContext context, UndoStep step) => step.Route switch
    {
        null => false,
        FirewallOpening opening => opening.Interface == context.Profile.Tunnel.Interface && HasSameAddresses(before.Profile.Tunnel, context.Profile.Tunnel),
        TunnelGuard guard => guard.Interface == context.Profile.Tunnel.Interface,
        var route => context.Plan.Steps.Contains(route),
    };

    // Windows' rules are bound to them.
    private static bool HasSameAddresses(ProfileTunnel before, ProfileTunnel after) =>
        before.Client == after.Client && before.Network == after.Network && before.Network6 == after.Network6;

    private async Task<AgentContext> LoadAgainAsync(AgentContext running, CancellationToken cancellationToken)
    {
        var loaded = await _setup.LoadAsync(cancellationToken).ConfigureAwait(false);

        // Told twice at once, it may still have the device of the one before.
        AgentSetup.RequireFree(loaded.Profile, running.Profile, (_inPlace ?? running).Profile);
        return _setup.Prepare(loaded, running.Journal, running.Log, running.Traffic);
    }

    private async Task KeepUpAsync(AgentOrders orders)
    {
        var random = new Random();
        var policy = new RestartPolicy(random.NextDouble);
        var wasUp = false;
        AgentContext? running = null;
        while (true)
        {
            var (context, interrupted) = await orders.NextAsync().ConfigureAwait(false);
            if (running != context)
            {
                await FollowAsync(running, context, orders.Ending).ConfigureAwait(false);
                _inPlace = running = context;
            }

            using var session = new TunnelSession(context, context.Plan, _report);
            GostBtException lost;
            try
            {
                _report.Up(await session.BringUpAsync(interrupted).ConfigureAwait(false));
                wasUp = true;
                var up = Stopwatch.StartNew();
                lost = await session.WatchAsync(interrupted).ConfigureAwait(false);
                if (up.Elapsed >= StableAfter)
                {
                    policy.Reset();
                }
            }
            catch (OperationCanceledException) when (!orders.Ending.IsCancellationRequested && interrupted.IsCancellationRequested)
            {
                await session.KillAsync().ConfigureAwait(false);
                policy.Reset();
                continue;
            }
            catch (GostBtException e) when (!EngineFault.IsFinal(e.Failure, wasUp))
            {
                lost = e;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NetworkInformationException)
            {
                // A full disk, or a device that goes while the system lists them, passes.
                lost = new GostBtException(GostBtFailure.Unexpected, e.Message, "Check the free space and the permissions of the agent's state folder.", e);
            }
            finally
            {
                await session.StopAsync().ConfigureAwait(false);
            }

            var wait = session.RetryAtOnce ? TimeSpan.Zero : policy.Next(session.LostHere);
            _report.Backoff(lost, wait);
            if (await IsWorthTryingAsync(context, wait, orders, interrupted).ConfigureAwait(false))
            {
                policy.Reset();
            }
        }
    }

    /// <summary>Waits before another attempt.</summary>
    /// <returns>Whether the wait ended early: the network changed, or somebody wants it now.</returns>
    private static async Task<bool> IsWorthTryingAsync(AgentContext context, TimeSpan wait, AgentOrders orders, CancellationToken interrupted)
    {
        try
        {
            if (!await HomeNetwork.Without(context.Profile.Tunnel.Interface).WaitAsync(wait, interrupted).ConfigureAwait(false))
            {
                return false;
            }

            context.Log.Info("this PC's network changed");
            return true;
        }
        catch (OperationCanceledException) when (!orders.Ending.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>Takes up another profile: what the one before set up goes where it is not the same.</summary>
    private async Task FollowAsync(AgentContext? before, AgentContext context, CancellationToken cancellationToken)
    {
        _report.Runs(context);
        if (before is not null && !context.Plan.Steps.SequenceEqual(before.Plan.Steps))
        {
            await TakeBackAsync(before, step => IsOf(before, context, step)).ConfigureAwait(false);
        }

        if (before is not null && before.Tun.Kind != context.Tun.Kind)
        {
            _report.Engine(await context.Tun.DescribeAsync(cancellationToken).ConfigureAwait(false));
        }
    }
}
