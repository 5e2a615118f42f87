using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.Ssh;

namespace GostBt.PowerShell.Commands;

/// <summary>Has a tunnel come up with this computer.</summary>
[Cmdlet(VerbsLifecycle.Register, "GostBtAutoStart", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(GostBtAutoStart))]
public sealed class RegisterGostBtAutoStartCommand : ProfileCmdlet
{
    /// <summary>The account on Windows, which is then logged on at boot; without it the tunnel starts when the user logs on.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var account = Credential?.UserName.TrimStart('\\');
        if (await ConfirmAsync(use.AutoStarts.Describe(name, account), "Register it?", cancellationToken).ConfigureAwait(false))
        {
            using var password = Credential is null ? null : SshPassword.From(Credential.Password);
            Output(await use.AutoStarts.RegisterAsync(name, account, password, cancellationToken).ConfigureAwait(false));
        }
    }
}
