using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;
using GostBt.Server;

namespace GostBt.PowerShell.Commands;

/// <summary>Closes published ports of a deployed server.</summary>
[Cmdlet(VerbsCommon.Remove, "GostBtPort", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveGostBtPortCommand : PortChangeCmdlet
{
    /// <summary>What to close.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PublishedPortCompleter))]
    [ValidateNotNullOrEmpty]
    public PortSpecification[] Port { get; set; } = [];

    private protected override PortSpecification[] Specified => Port;

    private protected override Task<ServerPlan> PlanAsync(ProfileName name, IReadOnlyList<PublishedPort> ports, UseCases use, CancellationToken cancellationToken) =>
        use.Ports.PlanRemovalAsync(name, ports, SshFor, cancellationToken);
}
