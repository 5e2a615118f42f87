using System.Management.Automation;
using GostBt.Model;
using GostBt.Net;
using GostBt.PowerShell.Abstractions;

namespace GostBt.PowerShell.Commands;

/// <summary>Measures running tunnels and checks all they need on this computer.</summary>
[Cmdlet(VerbsDiagnostic.Test, "GostBtTunnel")]
[OutputType(typeof(GostBtTunnelTest), typeof(bool))]
public sealed class TestGostBtTunnelCommand : ProfileCmdlet
{
    /// <summary>Leaves the throughput out, and with it the login to the server.</summary>
    [Parameter]
    public SwitchParameter SkipThroughput { get; set; }

    /// <summary>How long the throughput is measured each way, seconds.</summary>
    [Parameter]
    [ValidateRange(1, 60)]
    public int Duration { get; set; } = 3;

    /// <summary>Only a Boolean: whether nothing is wrong.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override bool LogsIn => true;

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        // A Boolean does not depend on how fast it is.
        var request = new TunnelTestRequest(name)
        {
            Server = SkipThroughput || Quiet ? null : SshFor(use.Profiles.Load(name)),
            Each = TimeSpan.FromSeconds(Duration),
        };
        var test = await use.TunnelTests.TestAsync(request, cancellationToken).ConfigureAwait(false);
        if (Quiet)
        {
            Output(test.Healthy);
        }
        else
        {
            Output(test);
        }
    }

    private protected override void AfterFailure()
    {
        // Whoever asked for a Boolean gets one.
        if (Quiet)
        {
            Output(false);
        }
    }
}
