using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Shows what profiles publish.</summary>
[Cmdlet(VerbsCommon.Get, "GostBtPort")]
[OutputType(typeof(GostBtPort))]
public sealed class GetGostBtPortCommand : ProfileQueryCmdlet
{
    private protected override Task<object> QueryAsync(ProfileName name, UseCases use, CancellationToken cancellationToken) =>
        Task.FromResult<object>(use.Ports.Get(name));
}
