using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;
using GostBt.Server;

namespace GostBt.PowerShell.Commands;

/// <summary>Publishes more ports of a deployed server.</summary>
[Cmdlet(VerbsCommon.Add, "GostBtPort", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(GostBtPort))]
public sealed class AddGostBtPortCommand : PortChangeCmdlet
{
    /// <summary>What to publish.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Ports")]
    [ValidateNotNullOrEmpty]
    public PortSpecification[] Port { get; set; } = [];

    private protected override PortSpecification[] Specified => Port;

    private protected override Task<ServerPlan> PlanAsync(ProfileName name, IReadOnlyList<PublishedPort> ports, UseCases use, CancellationToken cancellationToken) =>
        use.Ports.PlanAdditionAsync(name, ports, SshFor, cancellationToken);

    private protected override void Show(IReadOnlyList<GostBtPort> published, IReadOnlyList<PublishedPort> ports) =>
        OutputEach(published.Where(port => ports.Any(port.Port.Overlaps)).ToArray());
}
