using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;

namespace GostBt.PowerShell.Commands;

/// <summary>Takes everything back that was placed on a server.</summary>
[Cmdlet(VerbsCommon.Remove, "GostBtServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveGostBtServerCommand : ProfileCmdlet
{
    /// <summary>The profiles; must be named.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProfileNameCompleter))]
    [ValidateNotNullOrEmpty]
    public override ProfileIdentity[]? Name { get; set; }

    /// <summary>Answers the confirmation with yes.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override bool LogsIn => true;

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var profile = use.Profiles.Load(name);
        var ssh = SshFor(profile);
        var plan = await use.Servers.PlanRemovalAsync(profile, ssh, cancellationToken).ConfigureAwait(false);
        if ((plan.HasChanges || IsWhatIf)
            && !await ConfirmAsync(plan.ToString(), $"Remove this from {profile.Server.Host}?", cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await use.Servers.RemoveAsync(plan, cancellationToken).ConfigureAwait(false);
        await WarnOfTunnelAsync(name, use, cancellationToken).ConfigureAwait(false);
    }

    private async Task WarnOfTunnelAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var tunnel = await use.Tunnels.GetAsync(name, cancellationToken).ConfigureAwait(false);
        if (!tunnel.State.IsOver())
        {
            Log.Warning($"The tunnel '{name}' still runs on this computer and will try to reach the server. End it with Stop-GostBtTunnel.");
        }
    }
}
