using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Shows which way tracker connections of each address family take.</summary>
[Cmdlet(VerbsCommon.Get, "GostBtSplitRoute")]
[OutputType(typeof(GostBtSplitRoute))]
public sealed class GetGostBtSplitRouteCommand : ProfileQueryCmdlet
{
    private protected override async Task<object> QueryAsync(ProfileName name, UseCases use, CancellationToken cancellationToken) =>
        await use.SplitRouting.GetAsync(name, cancellationToken).ConfigureAwait(false);
}
