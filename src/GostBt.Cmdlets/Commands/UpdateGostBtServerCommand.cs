using System.Management.Automation;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;
using GostBt.Profiles;
using GostBt.Server;

namespace GostBt.PowerShell.Commands;

/// <summary>Changes deployed servers while their tunnels run.</summary>
[Cmdlet(VerbsData.Update, "GostBtServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(GostBtServer))]
public sealed class UpdateGostBtServerCommand : ProfileCmdlet
{
    /// <summary>Replaces the server's engine by this computer's; also done when nothing else is asked for.</summary>
    [Parameter]
    public SwitchParameter Engine { get; set; }

    /// <summary>The tunnel's public TCP port.</summary>
    [Parameter]
    public int? TunnelPort { get; set; }

    /// <summary>What carries the tunnel.</summary>
    [Parameter]
    [ValidateSet("wss", "tls")]
    public string? Transport { get; set; }

    /// <summary>All that is to be published.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public PortSpecification[]? Port { get; set; }

    /// <summary>For ports that do not say.</summary>
    [Parameter]
    [ValidateSet(nameof(PortProtocol.Tcp), nameof(PortProtocol.Udp), nameof(PortProtocol.Both))]
    public PortProtocol Protocol { get; set; } = PortProtocol.Both;

    /// <summary>The tunnel's MTU.</summary>
    [Parameter]
    public int? Mtu { get; set; }

    /// <summary>Renews the certificate with the key it has.</summary>
    [Parameter]
    public SwitchParameter RenewCertificate { get; set; }

    /// <summary>Renews the certificate with a new key.</summary>
    [Parameter]
    public SwitchParameter NewKey { get; set; }

    /// <summary>Answers the confirmation with yes.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override bool LogsIn => true;

    private CertificateRenewal Renewal => NewKey ? CertificateRenewal.NewKey : RenewCertificate ? CertificateRenewal.SameKey : CertificateRenewal.None;

    private bool Changes => TunnelPort is not null || Transport is not null || Port is not null || Mtu is not null;

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        if (TunnelPort is { } port)
        {
            PortNumber.Require(port, "tunnel port");
        }

        if (Port is not null)
        {
            PortSpecification.Resolve(Port, Protocol);
        }

        base.CheckParameters();
    }

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var profile = use.Profiles.Load(name);
        var update = new ServerUpdate
        {
            Profile = ProfileRules.Require(Changed(profile)),
            Stored = profile,
            Ssh = SshFor(profile),
            Engine = Engine || !(Changes || Renewal != CertificateRenewal.None),
            Renewal = Renewal,
        };
        var plan = await use.Updates.PlanAsync(update, cancellationToken).ConfigureAwait(false);
        if ((plan.HasChanges || IsWhatIf) && !await ConfirmAsync(plan.ToString(), $"Change {plan.Ssh.Target} so?", cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var result = await use.Updates.ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
        Output(result.Server);
        if (result.NotRenewed is { } failure)
        {
            Fail(failure, name.Value);
        }
    }

    private Profile Changed(Profile profile) => profile with
    {
        Ports = Port is null ? profile.Ports : PortSpecification.Resolve(Port, Protocol),
        Tunnel = profile.Tunnel with
        {
            Port = TunnelPort ?? profile.Tunnel.Port,
            Transport = Transport?.ToLowerInvariant() ?? profile.Tunnel.Transport,
            Mtu = Mtu ?? profile.Tunnel.Mtu,
        },
    };
}
