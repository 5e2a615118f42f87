using System.Management.Automation;
using GostBt.AutoStart;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Has a tunnel come up with this computer no more.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "GostBtAutoStart", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GostBtAutoStart))]
public sealed class UnregisterGostBtAutoStartCommand : ProfileCmdlet
{
    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        if (await ConfirmAsync(AutoStarter.DescribeRemoval(name), "Unregister it?", cancellationToken).ConfigureAwait(false))
        {
            Output(await use.AutoStarts.UnregisterAsync(name, cancellationToken).ConfigureAwait(false));
        }
    }
}
