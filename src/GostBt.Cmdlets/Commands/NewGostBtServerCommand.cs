using System.Management.Automation;
using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.PowerShell.Commands;

/// <summary>Deploys a server, or brings it to what is asked for.</summary>
[Cmdlet(VerbsCommon.New, "GostBtServer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(GostBtServer))]
public sealed class NewGostBtServerCommand : AskingCmdlet
{
    /// <summary>Where ssh reaches it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName")]
    public string HostName { get; set; } = string.Empty;

    /// <summary>What is published.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Ports")]
    public PortSpecification[] Port { get; set; } = [];

    /// <summary>The profile's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProfileNameCompleter))]
    [BlankIsNotGiven]
    public ProfileIdentity? Name { get; set; }

    /// <summary>For ports that do not say.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven(PortProtocol.Both)]
    [ValidateSet(nameof(PortProtocol.Tcp), nameof(PortProtocol.Udp), nameof(PortProtocol.Both))]
    public PortProtocol Protocol { get; set; } = PortProtocol.Both;

    /// <summary>The one public TCP port of the tunnel; what the profile has, 8443 at first.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven]
    public int? TunnelPort { get; set; }

    /// <summary>The address peers see, where the server cannot know it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven]
    public string? PublicAddress { get; set; }

    /// <summary>The engine that the server runs; what the profile has, the bundled one at first.</summary>
    [Parameter]
    [ValidateSet(nameof(EngineKind.Bundled), nameof(EngineKind.Gost))]
    public EngineKind? Engine { get; set; }

    /// <summary>gost's release.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GostVersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? EngineVersion { get; set; }

    /// <summary>A prefix before GitHub's addresses.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EngineMirror { get; set; }

    /// <summary>A file here instead of a download.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EnginePath { get; set; }

    /// <summary>The SHA-256 that the archive or file must have.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EngineChecksum { get; set; }

    /// <summary>A private key file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven]
    public string? IdentityFile { get; set; }

    /// <summary>Another ssh configuration file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven]
    public string? SshConfigFile { get; set; }

    /// <summary>A jump host.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven]
    public string? JumpHost { get; set; }

    /// <summary>Accepts the key of a host seen for the first time.</summary>
    [Parameter]
    public SwitchParameter AcceptHostKey { get; set; }

    /// <summary>The only host key to accept.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven]
    public string? HostKeyFingerprint { get; set; }

    /// <summary>Makes a profile that another PC deployed there this one's.</summary>
    [Parameter]
    public SwitchParameter TakeOver { get; set; }

    /// <summary>Answers the confirmation with yes.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool Forced => Force;

    private protected override bool LogsIn => true;

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        // What stands on the command line is checked before anything is asked or reached; what comes from the pipeline, with its record.
        if (MyInvocation.BoundParameters.ContainsKey(nameof(HostName)))
        {
            Login.Target(ServerTarget.Parse(HostName));
        }

        PortSpecification.Resolve(Port, Protocol);
        RequireTunnelPort();
        _ = RequestedEngine(EnginePath);
        if (Name is not null)
        {
            _ = new ProfileName(Name.Text);
        }

        base.CheckParameters();
    }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => TryItemAsync(HostName, async () =>
    {
        var useCases = new UseCases(Log);
        var servers = useCases.Servers;
        var plan = await servers.PlanAsync(await RequestAsync(useCases.Profiles, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if ((plan.HasChanges || IsWhatIf) && !await ConfirmAsync(plan.ToString(), $"Change {HostName} so?", cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        Output(await servers.ApplyAsync(plan, cancellationToken).ConfigureAwait(false));
    });

    // Whoever says anything of gost wants gost.
    private ServerEngine? RequestedEngine(string? file)
    {
        var gost = EngineVersion ?? EngineMirror ?? EnginePath ?? EngineChecksum;
        if (gost is not null && Engine == EngineKind.Bundled)
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput, "The bundled engine needs no version, mirror, path or checksum.", "Give -Engine Gost with them, or leave them out.");
        }

        return Engine is null && gost is null ? null : new ServerEngine
        {
            Kind = Engine ?? EngineKind.Gost,
            Version = EngineVersion is null ? null : GostVersion.Parse(EngineVersion),
            Mirror = GostRelease.Mirror(EngineMirror),
            File = file,
            Checksum = EngineChecksum,
        };
    }

    private int? RequireTunnelPort() => TunnelPort is { } port ? PortNumber.Require(port, "tunnel port") : null;

    private async Task<ServerRequest> RequestAsync(ProfileStore profiles, CancellationToken cancellationToken)
    {
        var target = Login.Target(ServerTarget.Parse(HostName));
        return new ServerRequest
        {
            Name = Name is null ? DefaultProfileName.Unclaimed(target, profiles) : new ProfileName(Name.Text),
            Target = target,
            Ports = PortSpecification.Resolve(Port, Protocol),
            TunnelPort = RequireTunnelPort(),
            TakeOver = TakeOver,
            PublicAddress = PublicAddress,
            ServerEngine = RequestedEngine(await UserPathAsync(EnginePath, cancellationToken).ConfigureAwait(false)),
            Ssh = Login.Apply(new SshOptions
            {
                Target = target,
                IdentityFile = await UserPathAsync(IdentityFile, cancellationToken).ConfigureAwait(false),
                ConfigFile = await UserPathAsync(SshConfigFile, cancellationToken).ConfigureAwait(false),
                JumpHost = JumpHost,
                AcceptHostKey = AcceptHostKey,
                HostKeyFingerprint = HostKeyFingerprint,
                ConfirmHostKey = HostKeyPrompt(),
                RememberHostKey = !IsWhatIf,
            }),
        };
    }
}
