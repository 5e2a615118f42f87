using System.Diagnostics;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>Starts, stops and asks after a profile's agent, which is a process of its own and outlives this one.</summary>
public sealed class TunnelController
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);

    // Of an agent that does not answer: it is frozen, or hangs.
    private static readonly TimeSpan SilentDeadline = TimeSpan.FromSeconds(5);

    private readonly ProfileStore _profiles;
    private readonly GostBtPaths _paths;
    private readonly HostBinaries _host;
    private readonly IOperationLog _log;
    private string? _warned;

    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="paths">Where agents keep their state.</param>
    /// <param name="host">Finds the agent's executable.</param>
    /// <param name="log">Told of each step.</param>
    public TunnelController(ProfileStore profiles, GostBtPaths paths, HostBinaries host, IOperationLog log)
    {
        _profiles = profiles;
        _paths = paths;
        _host = host;
        _log = log;
    }

    /// <summary>
    /// Starts a tunnel's agent and waits until the far TUN address answers. A tunnel that is up is returned as it is, unless profile or secrets changed since it was started:
    /// then its agent takes them up; or unless it was registered with the system since: then that starts another agent in the place of this one.
    /// </summary>
    /// <param name="name">The profile.</param>
    /// <param name="timeout">How long it may take; afterwards an agent that this call started is ended again.</param>
    /// <param name="cancellationToken">Gives up; an agent that this call started is told to end.</param>
    /// <exception cref="GostBtException">It did not come up: the message names the step and the reason.</exception>
    public async Task<GostBtTunnel> StartAsync(ProfileName name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (_, files, _) = Check(name);
        if (AgentLock.IsHeld(files.Lock) && await AgentLaunch.IsLeftToSystemAsync(name, _paths, cancellationToken).ConfigureAwait(false))
        {
            _log.Verbose($"The agent of '{name}' was started before the system was to keep it; it ends, and the system starts another");
            await StopAsync(name, comesBack: true, cancellationToken).ConfigureAwait(false);
        }

        return await StartOrReloadAsync(name, timeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task<GostBtTunnel> StartOrReloadAsync(ProfileName name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (platform, files, fingerprint) = Check(name);
        var attempt = 0;
        if (AgentLock.IsHeld(files.Lock)
            && ReadState(files) is { Configuration: { } running } old
            && IsOfLivingAgent(old, platform)
            && running != fingerprint)
        {
            _log.Verbose($"The profile '{name}' changed since its tunnel was started; its agent takes it up");
            attempt = await AskAsync(name, pipe => pipe.ReloadAsync(cancellationToken), files, cancellationToken).ConfigureAwait(false);
        }

        return await UntilUpAsync(name, attempt, timeout, platform, files, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a tunnel begin anew, with its profile as it is now, and waits until the far TUN address answers. One that does not run is started.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GostBtException">As for <see cref="StartAsync"/>; a profile that cannot be used interrupts nothing.</exception>
    public async Task<GostBtTunnel> RestartAsync(ProfileName name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (platform, files, _) = Check(name);
        var attempt = AgentLock.IsHeld(files.Lock)
            ? await AskAsync(name, pipe => pipe.RestartAsync(cancellationToken), files, cancellationToken).ConfigureAwait(false)
            : 0;
        return await UntilUpAsync(name, attempt, timeout, platform, files, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a tunnel's agent, which takes back all it changed. What a crashed agent left is taken back here. A stopped tunnel stays so.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Timeout"/>: the agent did not end.</exception>
    public Task<GostBtTunnel> StopAsync(ProfileName name, CancellationToken cancellationToken) => StopAsync(name, comesBack: false, cancellationToken);

    private async Task<GostBtTunnel> StopAsync(ProfileName name, bool comesBack, CancellationToken cancellationToken)
    {
        var platform = TunnelPlatforms.Current();
        var files = new AgentFiles(_paths, name);
        string? asked = null;
        var killed = false;
        await AgentLaunch.EndBySystemAsync(name, comesBack, _paths, _log, cancellationToken).ConfigureAwait(false);
        var answers = AgentLock.IsHeld(files.Lock) && await new AgentPipeClient(files).StopAsync(cancellationToken).ConfigureAwait(false);
        if (!answers && AgentLock.IsHeld(files.Lock))
        {
            // It is ended without being asked then, which takes the same rights as what it does: who lacks them is told so before any wait.
            platform.RequireTunnelRights();
        }

        for (var watch = Stopwatch.StartNew(); AgentLock.IsHeld(files.Lock);)
        {
            // An agent that just took the lock has not written its process number yet; the file may still name the one before.
            if (!answers && ReadState(files) is { AgentStart: { } start, Tunnel.AgentProcessId: { } id } && start != asked)
            {
                platform.AskToEnd(id, start);
                asked = start;
            }

            if (!killed && watch.Elapsed >= (answers ? StopDeadline : SilentDeadline) && ReadState(files) is { } hung)
            {
                _log.Warning($"The agent of '{name}' does not end by itself; it is ended, and what it left is taken back.");
                End(hung, platform);
                killed = true;
            }

            if (watch.Elapsed >= StopDeadline + SilentDeadline)
            {
                throw new GostBtException(GostBtFailure.Timeout, $"The agent of '{name}' did not end within {watch.Elapsed.TotalSeconds:0} s.", $"See {files.Log}; end its process by hand, then stop the tunnel again.");
            }

            await Task.Delay(Poll, cancellationToken).ConfigureAwait(false);
        }

        await new AgentLeftovers(_profiles, ReadState, _log).TakeBackAsync(name, files, platform, cancellationToken).ConfigureAwait(false);
        try
        {
            return await GetAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (GostBtException e) when (e.Failure == GostBtFailure.InvalidProfile && ReadState(files) is { } last)
        {
            // It is stopped all the same.
            _log.Warning($"{e.Message} {e.Remedy}");
            return Ended(last, described: null);
        }
    }

    /// <summary>A tunnel as it stands. Of an agent that died without a word the state is <see cref="TunnelState.Stopped"/>.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ProfileNotFound"/>.</exception>
    public async Task<GostBtTunnel> GetAsync(ProfileName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var files = new AgentFiles(_paths, name);
        var held = AgentLock.IsHeld(files.Lock);
        if (held && await new AgentPipeClient(files).StatusAsync(cancellationToken).ConfigureAwait(false) is { } told)
        {
            return told.Tunnel;
        }

        if (ReadState(files) is not { } state)
        {
            return AgentReport.Describe(_profiles.Load(name));
        }

        if (held)
        {
            // An agent that just started has not written its own state yet.
            return IsOfAgent(state, TunnelPlatforms.Current().MayBe) ? state.Tunnel : AgentReport.Describe(_profiles.Load(name)) with { State = TunnelState.Starting };
        }

        return Ended(state, _profiles.Exists(name) ? AgentReport.Describe(_profiles.Load(name)) : null);
    }

    /// <summary>Whether a tunnel's agent runs, whether or not the tunnel is up.</summary>
    public bool IsRunning(ProfileName name) => AgentLock.IsHeld(new AgentFiles(_paths, name).Lock);

    /// <summary>Has a tunnel follow its profile and waits until the far TUN address answers through it: it is started anew only where it must be.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GostBtException">As for <see cref="StartAsync"/>; <see cref="GostBtFailure.Timeout"/>: the far end does not answer.</exception>
    public async Task FollowAsync(ProfileName name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var profile = _profiles.Load(name);
        UpdatePublishedPorts(profile);
        await StartOrReloadAsync(name, timeout, cancellationToken).ConfigureAwait(false);
        using var farEnd = new FarEnd(TunnelNetwork.Parse(profile.Tunnel.Network).ServerAddress);
        while (await farEnd.AskAsync(TimeSpan.FromMilliseconds(500)).ConfigureAwait(false) is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (watch.Elapsed >= timeout)
            {
                throw new GostBtException(GostBtFailure.Timeout, $"The far end of the tunnel '{name}' does not answer.", "See Get-GostBtTunnel and the agent's log.");
            }
        }
    }

    /// <summary>Has a running tunnel take up its profile, without waiting for what becomes of it. An agent that cannot be asked stays as it is.</summary>
    /// <exception cref="GostBtException">The profile cannot be used; nothing is interrupted.</exception>
    public Task ReloadAsync(ProfileName name) => new AgentPipeClient(new AgentFiles(_paths, name)).ReloadAsync(CancellationToken.None);

    /// <summary>Lets a running tunnel know the ports its profile publishes now; the engine takes them up within a second, nothing is restarted.</summary>
    public void UpdatePublishedPorts(Profile profile)
    {
        var files = new AgentFiles(_paths, profile.Name);
        if (AgentLock.IsHeld(files.Lock))
        {
            _log.Verbose($"Telling the running tunnel '{profile.Name}' what is published");
            PrivateFile.WriteAllText(files.Published, PublishedUdpPorts.Write(profile));
        }
    }

    // The agent checks the same; here it is an error before anything is started or interrupted.
    private (ITunnelPlatform Platform, AgentFiles Files, string Fingerprint) Check(ProfileName name)
    {
        var platform = TunnelPlatforms.Current();
        var files = new AgentFiles(_paths, name);
        var configuration = new TunnelConfiguration(HomeProfile.Of(_profiles.Load(name), platform), _profiles.LoadSecrets(name), files, platform.IsWindows);
        platform.RequireTunnelRights();
        return (platform, files, configuration.Fingerprint);
    }

    /// <summary>Asks a running agent for another attempt; one that cannot be asked is ended, and another is to be started.</summary>
    /// <returns>The attempt to wait for.</returns>
    private async Task<int> AskAsync(ProfileName name, Func<AgentPipeClient, Task<int?>> ask, AgentFiles files, CancellationToken cancellationToken)
    {
        if (await ask(new AgentPipeClient(files)).ConfigureAwait(false) is { } attempt)
        {
            return attempt;
        }

        _log.Verbose($"The agent of '{name}' does not answer; restarting it");
        await StopAsync(name, comesBack: true, cancellationToken).ConfigureAwait(false);
        return 0;
    }

    private async Task<GostBtTunnel> UntilUpAsync(ProfileName name, int attempt, TimeSpan timeout, ITunnelPlatform platform, AgentFiles files, CancellationToken cancellationToken)
    {
        var before = ReadState(files);
        ILaunchedAgent? launched = null;
        var started = false;
        var watch = Stopwatch.StartNew();
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var held = AgentLock.IsHeld(files.Lock);
                var state = ReadState(files);
                if (held && state is not null && IsOfLivingAgent(state, platform))
                {
                    if (state.Tunnel.State.Carries() && state.Attempt >= attempt)
                    {
                        started = true;
                        return state.Tunnel;
                    }

                    _log.Progress($"Starting the tunnel '{name}'", state.Step ?? "waiting");
                }

                if (!held && launched is null)
                {
                    attempt = 0;
                    launched = await AgentLaunch.StartAsync(name, _paths, _host, _log, cancellationToken).ConfigureAwait(false);
                }
                else if (!held && launched!.HasEnded(IsNews(state, before) ? state : null))
                {
                    throw await AgentLaunch.GaveUpAsync(name, launched, IsNews(state, before) ? state : null).ConfigureAwait(false);
                }

                if (watch.Elapsed >= timeout)
                {
                    throw AgentLaunch.TooLate(name, timeout, attempt > 0 || IsNews(state, before) ? state : null);
                }

                await Task.Delay(Poll, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (launched is not null && !started && !launched.HasEnded(news: null))
            {
                await EndLaunchedAsync(name, launched, platform, files, cancellationToken).ConfigureAwait(false);
            }

            launched?.Dispose();
        }
    }

    private static GostBtTunnel Ended(AgentState state, GostBtTunnel? described)
    {
        var ended = state.Tunnel.State.IsOver();
        return (described ?? state.Tunnel.WithoutCurrentFigures() with { AgentProcessId = null }) with
        {
            State = ended ? state.Tunnel.State : TunnelState.Stopped,
            Since = state.Tunnel.Since,
            LastError = ended ? state.Tunnel.LastError : "The agent ended without a word; stopping or starting the tunnel cleans up after it.",
        };
    }

    private static void End(AgentState state, ITunnelPlatform platform)
    {
        try
        {
            if (IsOfLivingAgent(state, platform))
            {
                using var process = Process.GetProcessById(state.Tunnel.AgentProcessId!.Value);
                process.Kill();
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended, or is not ours to end.
        }
    }

    /// <summary>What the agent wrote last; null where it wrote nothing, or something else wrote over it: an agent that starts writes it anew.</summary>
    private AgentState? ReadState(AgentFiles files)
    {
        try
        {
            return AgentStateFile.Read(files.State);
        }
        catch (GostBtException e)
        {
            if (_warned != e.Message)
            {
                _warned = e.Message;
                _log.Warning($"{e.Message} It is written anew when the tunnel starts.");
            }

            return null;
        }
    }

    private static bool IsOfLivingAgent(AgentState state, ITunnelPlatform platform) => IsOfAgent(state, (id, start) => platform.StartOf(id) == start);

    private static bool IsOfAgent(AgentState state, Func<int, string, bool> isThat) =>
        state.AgentStart is { } start && state.Tunnel.AgentProcessId is { } id && isThat(id, start);

    private static bool IsNews(AgentState? state, AgentState? before) => state is not null && (before is null || state.AgentStart != before.AgentStart);

    private async Task EndLaunchedAsync(ProfileName name, ILaunchedAgent launched, ITunnelPlatform platform, AgentFiles files, CancellationToken cancellationToken)
    {
        // Whoever pressed Ctrl+C does not wait for it.
        if (!cancellationToken.IsCancellationRequested || !await AgentLaunch.AskToEndAsync(name, launched, _paths, platform, ReadState(files), _log).ConfigureAwait(false))
        {
            await StopAsync(name, launched.StartsByItself, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
