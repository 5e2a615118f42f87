using GostBt.Model;
using GostBt.Routing;

namespace GostBt.Tunnel;

/// <summary>What the tunnel needs of this machine's network: makes it, each step noted with its undo before, and puts back what vanishes.</summary>
internal sealed class TunnelUpkeep(AgentContext context, RoutePlan plan)
{
    private readonly HashSet<RouteStep> _givenUp = [];
    private FirewallOpening? _asked;
    private FirewallOpening? _opening;
    private TunnelGuard? _guard;
    private string? _unguarded;

    /// <summary>Why peers may be kept out although the tunnel stands; null when nothing is known to.</summary>
    public GostBtException? Finding { get; private set; }

    /// <summary>Whether the device is made here, for the engine to attach to, and outlives it; else it comes with the engine, and goes with it.</summary>
    public bool MakesDevice => plan.Steps.Any(step => step is TunDevice);

    /// <summary>Makes the device, where it is made here.</summary>
    /// <exception cref="GostBtException">It cannot be made.</exception>
    public async Task MakeDeviceAsync(CancellationToken cancellationToken)
    {
        foreach (var step in plan.Steps.OfType<TunDevice>())
        {
            context.Journal.Note(UndoStep.Of(step));
            await ApplyAsync(step, cancellationToken).ConfigureAwait(false);
        }

        // Before the engine carries anything.
        await GuardAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes everything.</summary>
    /// <exception cref="GostBtException">A step the tunnel cannot do without failed.</exception>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        foreach (var step in plan.Steps)
        {
            context.Journal.Note(UndoStep.Of(step));
            await ApplyAsync(step, cancellationToken).ConfigureAwait(false);
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts back what is not there any more.</summary>
    /// <exception cref="GostBtException">A step the tunnel cannot do without cannot be put back.</exception>
    public async Task PutBackAsync(CancellationToken cancellationToken)
    {
        await GuardAsync(cancellationToken).ConfigureAwait(false);
        foreach (var step in plan.Steps)
        {
            if (!_givenUp.Contains(step) && !await context.Platform.Routes.IsPresentAsync(step, cancellationToken).ConfigureAwait(false))
            {
                context.Log.Warn($"'{step}' vanished and is put back");
                await ApplyAsync(step, cancellationToken).ConfigureAwait(false);
            }
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether other ports are published than those that were to be let in last.</summary>
    public bool PortsChanged() => _asked != Wanted();

    private FirewallOpening Wanted() => FirewallOpening.For(context.Profile.Tunnel.Interface, context.Ports.Current());

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var (before, opening) = (_opening, Wanted());
        context.Journal.Note(UndoStep.Of(opening));
        _asked = opening;
        try
        {
            if (before is not null && before != opening)
            {
                // What the one before had besides must not stay.
                await context.Platform.Routes.UndoAsync(before, cancellationToken).ConfigureAwait(false);
            }

            await context.Platform.Routes.ApplyAsync(opening, cancellationToken).ConfigureAwait(false);
            (_opening, Finding) = (opening, null);
            if (before is not null && before != opening)
            {
                context.Journal.Forget(UndoStep.Of(before));
                context.Log.Info($"let in now: {opening}");
            }
        }
        catch (GostBtException e)
        {
            Finding = e;
        }
    }

    // Without it the tunnel works as well; Test-GostBtTunnel tells of it.
    private async Task GuardAsync(CancellationToken cancellationToken)
    {
        if (context.Platform.Guard(context.Profile, context.Ports.Current()) is not { } guard)
        {
            return;
        }

        try
        {
            if (_guard == guard)
            {
                if (await context.Platform.Routes.IsPresentAsync(guard, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                context.Log.Warn($"the {guard} vanished or was changed, and is put back");
            }

            context.Journal.Note(UndoStep.Of(guard.Trace()));
            await context.Platform.Routes.ApplyAsync(guard, cancellationToken).ConfigureAwait(false);
            (_guard, _unguarded) = (guard, null);
        }
        catch (GostBtException e)
        {
            if (_unguarded != e.Message)
            {
                context.Log.Warn($"{e.Message} {e.Remedy}");
            }

            (_guard, _unguarded) = (null, e.Message);
        }
    }

    // Without IPv6 the tunnel is still worth having.
    private async Task ApplyAsync(RouteStep step, CancellationToken cancellationToken)
    {
        try
        {
            await context.Platform.Routes.ApplyAsync(step, cancellationToken).ConfigureAwait(false);
        }
        catch (GostBtException e) when (!step.IsVital)
        {
            _givenUp.Add(step);
            context.Log.Warn($"{e.Message} Peers may not reach this PC over IPv6.");
        }
    }
}
