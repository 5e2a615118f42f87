using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Starts a tunnel's agent and waits until the far end answers.</summary>
[Cmdlet(VerbsLifecycle.Start, "GostBtTunnel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GostBtTunnel))]
public sealed class StartGostBtTunnelCommand : ProfileCmdlet
{
    /// <summary>How long to wait for the far end, seconds.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSeconds { get; set; } = 30;

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var tunnel = use.Profiles.Load(name).Tunnel;
        var plan = $"Start the tunnel '{name}' on this computer: TUN device {tunnel.Interface} with {tunnel.Client}, and routes for what comes from that address only.";
        if (await ConfirmAsync(plan, "Start it?", cancellationToken).ConfigureAwait(false))
        {
            Output(await use.Tunnels.StartAsync(name, TimeSpan.FromSeconds(TimeoutSeconds), cancellationToken).ConfigureAwait(false));
        }
    }
}
