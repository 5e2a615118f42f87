using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Stops a tunnel's agent, which undoes what it did.</summary>
[Cmdlet(VerbsLifecycle.Stop, "GostBtTunnel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GostBtTunnel))]
public sealed class StopGostBtTunnelCommand : ProfileCmdlet
{
    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        // The profile is not needed: a tunnel can be stopped, whatever became of that.
        var plan = $"Stop the tunnel '{name}' on this computer: its engine ends, its TUN device and routes go.";
        if (await ConfirmAsync(plan, "Stop it?", cancellationToken).ConfigureAwait(false))
        {
            Output(await use.Tunnels.StopAsync(name, cancellationToken).ConfigureAwait(false));
        }
    }
}
