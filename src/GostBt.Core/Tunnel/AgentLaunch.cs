using System.Globalization;
using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Processes;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>The agent as a process of its own, and what to say of one that did not get the tunnel up.</summary>
internal static class AgentLaunch
{
    /// <summary>Starts it: by the system where it is registered there, see <see cref="AutoStarter"/>, else from here.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/>: there is no program, or it cannot be started.</exception>
    public static async Task<ILaunchedAgent> StartAsync(ProfileName name, GostBtPaths paths, HostBinaries host, IOperationLog log, CancellationToken cancellationToken)
    {
        if (AutoStarts.TryCurrent() is { } system && system.Serves(name, paths))
        {
            // Of an agent that the system starts nobody hears why it ends at once.
            system.RequireBeside(new ProfileStore(paths).Load(name), paths);
            log.Verbose($"The system starts the agent of '{name}'");
            return new SystemAgent(await system.StartAsync(name, cancellationToken).ConfigureAwait(false));
        }

        var program = host.FindLocal();
        log.Verbose($"Starting {program} agent --profile {name}");
        try
        {
            return new DetachedAgent(DetachedProcess.Start(new ProcessCommand(
                program,
                ["agent", "--profile", name.Value, "--detached", "--configuration-folder", paths.Configuration, "--state-folder", paths.State, "--engines-folder", paths.Engines])
            {
                WorkingDirectory = Path.GetPathRoot(Path.GetFullPath(program)),
            }));
        }
        catch (ProcessStartException e)
        {
            throw new GostBtException(GostBtFailure.EngineFailed, e.Message, "Check the file and its permissions, or reinstall the module.", e);
        }
    }

    /// <summary>Whether the system is to keep the agent, but does not run it: one that runs was started before it was registered there.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/>: the system could not start it as the profile is now.</exception>
    public static async Task<bool> IsLeftToSystemAsync(ProfileName name, GostBtPaths paths, CancellationToken cancellationToken)
    {
        if (AutoStarts.TryCurrent() is not { } system || !system.Serves(name, paths) || await system.RunsAsync(name, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        // Before the one that runs is ended for it.
        system.RequireBeside(new ProfileStore(paths).Load(name), paths);
        return true;
    }

    /// <summary>Has the system end an agent that it keeps, see <see cref="IAutoStart.StopAsync"/>; any other one is left alone.</summary>
    public static async Task EndBySystemAsync(ProfileName name, bool comesBack, GostBtPaths paths, IOperationLog log, CancellationToken cancellationToken)
    {
        if (AutoStarts.TryCurrent() is { } system && system.Serves(name, paths))
        {
            log.Verbose($"The system ends the agent of '{name}'");
            await system.StopAsync(name, comesBack, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks an agent that was launched to end, and does not wait for it.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="launched">The agent.</param>
    /// <param name="paths">Where it keeps its state.</param>
    /// <param name="platform">This system.</param>
    /// <param name="state">What it wrote, if it did.</param>
    /// <param name="log">Told of each step.</param>
    /// <returns>Whether it could be asked; one that the system starts may not be there yet.</returns>
    public static async Task<bool> AskToEndAsync(ProfileName name, ILaunchedAgent launched, GostBtPaths paths, ITunnelPlatform platform, AgentState? state, IOperationLog log)
    {
        if (launched.Id is { } own)
        {
            if (platform.StartOf(own) is { } ownStart)
            {
                platform.AskToEnd(own, ownStart);
            }

            return true;
        }

        if (!launched.StartsByItself)
        {
            await EndBySystemAsync(name, comesBack: false, paths, log, CancellationToken.None).ConfigureAwait(false);
        }

        if (await new AgentPipeClient(new AgentFiles(paths, name)).StopAsync(CancellationToken.None).ConfigureAwait(false))
        {
            return true;
        }

        if (state is { AgentStart: { } start, Tunnel.AgentProcessId: { } id } && platform.StartOf(id) == start)
        {
            platform.AskToEnd(id, start);
            return true;
        }

        return false;
    }

    /// <summary>Why an agent ended before its tunnel was up.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="launched">Its process.</param>
    /// <param name="state">What it wrote, if it did.</param>
    public static async Task<GostBtException> GaveUpAsync(ProfileName name, ILaunchedAgent launched, AgentState? state)
    {
        if (state?.Tunnel is { State: TunnelState.Failed, LastError: { } error })
        {
            return new GostBtException(state.Failure ?? GostBtFailure.TunnelFailed, $"The tunnel '{name}' did not come up: {error}", state.Remedy ?? "See the agent's log.");
        }

        var said = (await launched.Said.ConfigureAwait(false)).Trim();
        return new GostBtException(
            GostBtFailure.TunnelFailed,
            said.Length > 0 ? $"The agent of '{name}' ended at once: {said}" : $"The agent of '{name}' ended before the tunnel was up.",
            "Run 'gostbt agent --profile " + name + "' to see why.");
    }

    /// <summary>Why a tunnel is not up in time.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="timeout">The time.</param>
    /// <param name="state">What its agent wrote, if it did.</param>
    public static GostBtException TooLate(ProfileName name, TimeSpan timeout, AgentState? state)
    {
        var seconds = timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        return state?.Tunnel.LastError is { } error
            ? new GostBtException(state.Failure ?? GostBtFailure.TunnelFailed, $"The tunnel '{name}' did not come up within {seconds} s: {error}", state.Remedy ?? "See the agent's log.")
            : new GostBtException(GostBtFailure.Timeout, $"The tunnel '{name}' did not come up within {seconds} s: still {state?.Step ?? "starting the agent"}.", "Allow it more time, or see the agent's log.");
    }
}
