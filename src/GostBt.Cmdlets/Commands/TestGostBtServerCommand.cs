using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Finds out whether deployed servers are still what their profiles say.</summary>
[Cmdlet(VerbsDiagnostic.Test, "GostBtServer")]
[OutputType(typeof(GostBtServerHealth), typeof(bool))]
public sealed class TestGostBtServerCommand : ProfileCmdlet
{
    /// <summary>Only a Boolean: whether nothing is wrong.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override bool LogsIn => true;

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var profile = use.Profiles.Load(name);
        var health = await use.Checks.RunAsync(profile, SshFor(profile), cancellationToken).ConfigureAwait(false);
        if (Quiet)
        {
            Output(health.Healthy);
        }
        else
        {
            Output(health);
        }
    }

    private protected override void AfterFailure()
    {
        // Whoever asked for a Boolean gets one: a server that cannot be asked is not known to be well.
        if (Quiet)
        {
            Output(false);
        }
    }
}
