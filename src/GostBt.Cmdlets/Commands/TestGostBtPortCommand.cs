using System.Management.Automation;
using GostBt.Model;
using GostBt.Net;
using GostBt.PowerShell.Abstractions;
using GostBt.PowerShell.Binding;
using GostBt.Ssh;

namespace GostBt.PowerShell.Commands;

/// <summary>Tests published ports from outside, TCP and UDP, and tells which source address arrived at home.</summary>
[Cmdlet(VerbsDiagnostic.Test, "GostBtPort")]
[OutputType(typeof(PortProbeResult), typeof(bool))]
public sealed class TestGostBtPortCommand : ProfileCmdlet
{
    private static readonly string[] AboutFrom =
        [nameof(IdentityFile), nameof(SshConfigFile), nameof(JumpHost), nameof(AcceptHostKey), nameof(HostKeyFingerprint)];

    /// <summary>Which ports; all of the profile's when not given.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PublishedPortCompleter))]
    [ValidateNotNullOrEmpty]
    public PortSpecification[]? Port { get; set; }

    /// <summary>Which protocol, for ports that do not say.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNotGiven(PortProtocol.Both)]
    [ValidateSet(nameof(PortProtocol.Tcp), nameof(PortProtocol.Udp), nameof(PortProtocol.Both))]
    public PortProtocol Protocol { get; set; } = PortProtocol.Both;

    /// <summary>Another host to test from, reached by ssh; the server itself when not given.</summary>
    [Parameter]
    public string? From { get; set; }

    /// <summary>A private key file for that host.</summary>
    [Parameter]
    public string? IdentityFile { get; set; }

    /// <summary>Another ssh configuration file for that host.</summary>
    [Parameter]
    public string? SshConfigFile { get; set; }

    /// <summary>A jump host on the way to that host.</summary>
    [Parameter]
    public string? JumpHost { get; set; }

    /// <summary>Accepts that host's key when seen for the first time.</summary>
    [Parameter]
    public SwitchParameter AcceptHostKey { get; set; }

    /// <summary>The only key of that host to accept.</summary>
    [Parameter]
    public string? HostKeyFingerprint { get; set; }

    /// <summary>How long to wait for an answer, seconds.</summary>
    [Parameter]
    [ValidateRange(1, 60)]
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>Only a Boolean: whether every port tested is open.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override bool LogsIn => true;

    /// <inheritdoc/>
    protected override void CheckParameters()
    {
        if (Port is not null)
        {
            PortSpecification.Resolve(Port, Protocol);
        }

        if (From is not null)
        {
            Login.Target(ServerTarget.Parse(From));
        }
        else if (AboutFrom.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } alone)
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"-{alone} is about the host of -From, and no host is given.",
                $"Give -From too, or leave -{alone} out: the way to the server itself stands in its profile, and New-GostBtServer changes it.");
        }
    }

    private protected override async Task ProcessProfileAsync(ProfileName name, UseCases use, CancellationToken cancellationToken)
    {
        var from = await FromHostAsync(cancellationToken).ConfigureAwait(false);
        var results = new List<PortProbeResult>();
        foreach (var request in Requests(name, from, from is null ? SshFor(use.Profiles.Load(name)) : null))
        {
            results.AddRange(await use.Probes.TestAsync(request, cancellationToken).ConfigureAwait(false));
        }

        if (Quiet)
        {
            Output(results.All(result => result.Open));
            return;
        }

        foreach (var result in results)
        {
            Output(result);
        }
    }

    private protected override void AfterFailure()
    {
        // Whoever asked for a Boolean gets one: a port that cannot be tested is not known to be open.
        if (Quiet)
        {
            Output(false);
        }
    }

    // One request for all ports, or one for each protocol when the ports say theirs.
    private IEnumerable<PortProbeRequest> Requests(ProfileName name, SshOptions? from, SshOptions? server)
    {
        var request = new PortProbeRequest { Name = name, Protocol = Protocol, From = from, Server = server, Timeout = TimeSpan.FromSeconds(TimeoutSeconds) };
        return Port is null
            ? [request]
            : PortSpecification.Resolve(Port, Protocol)
                .GroupBy(port => port.Protocol)
                .Select(group => request with { Protocol = group.Key, Ports = [.. group.SelectMany(port => Enumerable.Range(port.Port, port.Count))] });
    }

    private async Task<SshOptions?> FromHostAsync(CancellationToken cancellationToken) => From is null ? null : Login.Apply(new SshOptions
    {
        Target = ServerTarget.Parse(From),
        IdentityFile = await UserPathAsync(IdentityFile, cancellationToken).ConfigureAwait(false),
        ConfigFile = await UserPathAsync(SshConfigFile, cancellationToken).ConfigureAwait(false),
        JumpHost = JumpHost,
        AcceptHostKey = AcceptHostKey,
        HostKeyFingerprint = HostKeyFingerprint,
        ConfirmHostKey = HostKeyPrompt(),
    });
}
