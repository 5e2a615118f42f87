using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;

namespace GostBt.PowerShell.Commands;

/// <summary>Shows tunnels as they stand, once or each second.</summary>
[Cmdlet(VerbsCommon.Get, "GostBtTunnel")]
[OutputType(typeof(GostBtTunnel), typeof(string))]
public sealed class GetGostBtTunnelCommand : ProfileQueryCmdlet
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly List<string> _watched = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Shows them again each second, in place where the screen allows it, until Ctrl+C.</summary>
    [Parameter]
    public SwitchParameter Watch { get; set; }

    private protected override async Task<object> QueryAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        use.Profiles.Load(name);
        return await use.Tunnels.GetAsync(name, cancellationToken).ConfigureAwait(false);
    }

    private protected override Task QueryAllAsync(IReadOnlyList<string> names, UseCases use, CancellationToken cancellationToken)
    {
        if (!Watch)
        {
            return base.QueryAllAsync(names, use, cancellationToken);
        }

        // Together, when all names have come from the pipeline: to watch one never ends.
        _watched.AddRange(names);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (_watched.Count == 0)
        {
            return;
        }

        var use = new UseCases(Log);
        var screen = await AskAsync(() => LiveScreen.Of(Host, MyInvocation), cancellationToken).ConfigureAwait(false);
        while (await LookAsync(use, cancellationToken).ConfigureAwait(false) is { } tunnels)
        {
            if (screen is null)
            {
                tunnels.ForEach(tunnel => Output(TunnelLines.Plain(tunnel, DateTimeOffset.Now)));
            }
            else
            {
                Post(() => screen.Draw([.. tunnels.SelectMany(tunnel => TunnelLines.Block(tunnel, DateTimeOffset.Now))]));
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The tunnels as they stand now; null when there is no profile any more.</summary>
    private async Task<List<GostBtTunnel>?> LookAsync(UseCases use, CancellationToken cancellationToken)
    {
        var profiles = new List<ProfileName>();
        foreach (var text in _watched)
        {
            await TryOnceAsync(
                text,
                () =>
                {
                    profiles.AddRange(ProfileSelection.Matching(text, use.Profiles).Except(profiles));
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
        }

        var tunnels = new List<GostBtTunnel>();
        foreach (var name in profiles)
        {
            await TryOnceAsync(
                name.Value,
                async () => tunnels.Add((GostBtTunnel)await QueryAsync(name, use, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }

        return profiles.Exists(use.Profiles.Exists) ? tunnels : null;
    }

    /// <summary>As <see cref="AsyncPSCmdlet.TryItemAsync"/>, but the same failure of the same thing is told once and not each second.</summary>
    private async Task TryOnceAsync(string target, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (GostBtException failure)
        {
            if (_told.Add(target + "\n" + failure.Message))
            {
                Fail(failure, target);
            }
        }
    }
}
