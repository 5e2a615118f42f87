using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Sets which way tracker connections of each address family take.</summary>
[Cmdlet(VerbsCommon.Set, "GostBtSplitRoute", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GostBtSplitRoute))]
public sealed class SetGostBtSplitRouteCommand : ProfileCmdlet
{
    /// <summary>IPv4 destinations; unchanged when not given.</summary>
    [Parameter]
    public RouteVia? IPv4 { get; set; }

    /// <summary>IPv6 destinations; unchanged when not given.</summary>
    [Parameter]
    public RouteVia? IPv6 { get; set; }

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        if (IPv4 is null && IPv6 is null)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, "Nothing to set.", "Give -IPv4, -IPv6 or both: Proxy or Direct.");
        }

        base.CheckParameters();
    }

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var split = use.Profiles.Load(name).Proxy.Split;
        var plan = $"Tracker connections of '{name}': IPv4 {IPv4 ?? split.IPv4}, IPv6 {IPv6 ?? split.IPv6}.";
        if (await ConfirmAsync(plan, "Set it so?", cancellationToken).ConfigureAwait(false))
        {
            Output(await use.SplitRouting.SetAsync(name, IPv4, IPv6, cancellationToken).ConfigureAwait(false));
        }
    }
}
