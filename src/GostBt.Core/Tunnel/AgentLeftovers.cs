using GostBt.Model;
using GostBt.Profiles;
using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>What an agent that died without a word left on this PC: addresses, routes, rules, its engine's configuration with the secrets in it.</summary>
/// <param name="profiles">Where profiles are kept.</param>
/// <param name="readState">Reads what the agent wrote last.</param>
/// <param name="log">Told of what is done, and of what cannot be.</param>
internal sealed class AgentLeftovers(ProfileStore profiles, Func<AgentFiles, AgentState?> readState, IOperationLog log)
{
    /// <summary>Takes it all back; nothing where nothing was left, or where an agent runs again.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.NotPrivileged"/>.</exception>
    public async Task TakeBackAsync(ProfileName name, AgentFiles files, ITunnelPlatform platform, CancellationToken cancellationToken)
    {
        if (!files.HasLeftovers)
        {
            return;
        }

        log.Verbose("Cleaning up after an agent that ended without a word");

        // Under the lock, so that no agent starts in between.
        using var held = await AgentLock.TryTakeAsync(files.Lock, AgentLock.Patience, cancellationToken).ConfigureAwait(false);
        if (held is null)
        {
            return;
        }

        platform.RequireTunnelRights();
        var journal = UndoJournal.Open(files, UndoStep.All(files, PlanOf(name, platform)), log.Warning);
        await TunnelAgent.TakeBackAsync(journal, platform, log.Warning).ConfigureAwait(false);
        files.RemoveSecrets();
        if (readState(files) is { Tunnel.State: not TunnelState.Failed } state)
        {
            AgentStateFile.Write(files.State, state with
            {
                Step = null,
                Tunnel = state.Tunnel.WithoutCurrentFigures() with { State = TunnelState.Stopped, Since = DateTimeOffset.UtcNow, AgentProcessId = null },
            });
        }
    }

    // Null where the profile was removed or cannot be read: what is noted is taken back all the same.
    private RoutePlan? PlanOf(ProfileName name, ITunnelPlatform platform)
    {
        try
        {
            return platform.Plan(HomeProfile.Of(profiles.Load(name), platform));
        }
        catch (GostBtException)
        {
            return null;
        }
    }
}
