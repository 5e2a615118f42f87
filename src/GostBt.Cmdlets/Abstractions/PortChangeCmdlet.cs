using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Binding;
using GostBt.Server;

namespace GostBt.PowerShell.Abstractions;

/// <summary>A cmdlet that changes what deployed profiles publish.</summary>
public abstract class PortChangeCmdlet : ProfileCmdlet
{
    /// <summary>The profiles; the only one when none is named.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProfileNameCompleter))]
    [ValidateNotNullOrEmpty]
    public override ProfileIdentity[]? Name { get; set; }

    /// <summary>For ports that do not say.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven(PortProtocol.Both)]
    [ValidateSet(nameof(PortProtocol.Tcp), nameof(PortProtocol.Udp), nameof(PortProtocol.Both))]
    public PortProtocol Protocol { get; set; } = PortProtocol.Both;

    /// <summary>Answers the confirmation with yes.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The ports as given.</summary>
    private protected abstract PortSpecification[] Specified { get; }

    private protected override bool Forced => Force;

    private protected override bool LogsIn => true;

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        PortSpecification.Resolve(Specified, Protocol);
        base.CheckParameters();
    }

    /// <summary>What has to be done for the ports.</summary>
    private protected abstract Task<ServerPlan> PlanAsync(ProfileName name, IReadOnlyList<PublishedPort> ports, UseCases use, CancellationToken cancellationToken);

    /// <summary>Shows what came of it.</summary>
    private protected virtual void Show(IReadOnlyList<GostBtPort> published, IReadOnlyList<PublishedPort> ports)
    {
    }

    private protected sealed override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var ports = PortSpecification.Resolve(Specified, Protocol);
        var plan = await PlanAsync(name, ports, use, cancellationToken).ConfigureAwait(false);
        if ((plan.HasChanges || IsWhatIf) && !await ConfirmAsync(plan.ToString(), $"Change {plan.Ssh.Target} so?", cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        Show(await use.Ports.ApplyAsync(plan, cancellationToken).ConfigureAwait(false), ports);
    }
}
