using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.Profiles;

namespace GostBt.PowerShell.Commands;

/// <summary>Shows profiles, without their secrets.</summary>
[Cmdlet(VerbsCommon.Get, "GostBtProfile")]
[OutputType(typeof(Profile))]
public sealed class GetGostBtProfileCommand : ProfileQueryCmdlet
{
    private protected override Task<object> QueryAsync(ProfileName name, UseCases use, CancellationToken cancellationToken) =>
        Task.FromResult<object>(use.Profiles.Load(name));
}
