using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Shows deployed servers as they stand.</summary>
[Cmdlet(VerbsCommon.Get, "GostBtServer")]
[OutputType(typeof(GostBtServer))]
public sealed class GetGostBtServerCommand : ProfileQueryCmdlet
{
    private protected override bool LogsIn => true;

    private protected override async Task<object> QueryAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var profile = use.Profiles.Load(name);
        var ssh = SshFor(profile);
        return await use.Servers.GetAsync(profile, ssh, cancellationToken).ConfigureAwait(false);
    }
}
