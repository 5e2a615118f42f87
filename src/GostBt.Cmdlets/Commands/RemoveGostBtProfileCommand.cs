using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;

namespace GostBt.PowerShell.Commands;

/// <summary>Removes a profile and its secrets from this computer.</summary>
[Cmdlet(VerbsCommon.Remove, "GostBtProfile", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RemoveGostBtProfileCommand : ProfileCmdlet
{
    /// <summary>The profiles; must be named.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProfileNameCompleter))]
    [ValidateNotNullOrEmpty]
    public override ProfileIdentity[]? Name { get; set; }

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var plan = use.ProfileRemoval.Plan(name);
        if (await ConfirmAsync(plan.ToString(), "Remove it?", cancellationToken).ConfigureAwait(false))
        {
            await use.ProfileRemoval.ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
        }
    }
}
