using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Has a tunnel begin anew with its profile as it is now.</summary>
[Cmdlet(VerbsLifecycle.Restart, "GostBtTunnel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GostBtTunnel))]
public sealed class RestartGostBtTunnelCommand : ProfileCmdlet
{
    /// <summary>How long to wait for the far end, seconds.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSeconds { get; set; } = 30;

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var tunnel = use.Profiles.Load(name).Tunnel;
        var plan = $"Restart the tunnel '{name}' on this computer: its engine, TUN device {tunnel.Interface} and routes are made anew; connections through it go on if that takes a moment only.";
        if (await ConfirmAsync(plan, "Restart it?", cancellationToken).ConfigureAwait(false))
        {
            Output(await use.Tunnels.RestartAsync(name, TimeSpan.FromSeconds(TimeoutSeconds), cancellationToken).ConfigureAwait(false));
        }
    }
}
