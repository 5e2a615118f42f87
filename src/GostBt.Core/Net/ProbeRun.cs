using System.Net;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Net;

/// <summary>One run of the prober: what was asked and what came of it, and the results they make.</summary>
internal sealed class ProbeRun(
    Profile profile, PortProbeRequest request, IReadOnlyList<PublishedPort> probes, GostBtTunnel tunnel, HomeEnd? home, ProbeSignature signature, HomeEnd? home6 = null)
{
    private readonly ProbeReading _four = new(home, signature, ipv6: false);
    private readonly ProbeReading? _six = home6 is null ? null : new ProbeReading(home6, signature, ipv6: true);

    public Profile Profile { get; } = profile;

    public IReadOnlyList<PublishedPort> Probes { get; } = probes;

    public ProbeSignature Signature { get; } = signature;

    public TimeSpan Timeout { get; } = request.Timeout;

    /// <summary>How to log in to the server; null is what the profile says.</summary>
    public SshOptions? ServerLogin { get; } = request.Server;

    /// <summary>What the other host reports; null when none was asked.</summary>
    public ProbeReport? Outside { get; set; }

    /// <summary>What the server reports; null when it was not asked.</summary>
    public ProbeReport? Server { get; set; }

    public bool? FarEndAnswers { get; set; }

    /// <summary>What did not answer to the other host, so that the server is worth asking why; everything when there was no other host.</summary>
    public IReadOnlyList<PublishedPort> Unanswered =>
    [
        .. Each().Where(p => _four.Outcome(Outside, p) != ProbeOutcome.Answered)
            .GroupBy(p => p with { Protocol = PortProtocol.Both }, p => p.Protocol)
            .Select(g => g.Key with { Protocol = g.Aggregate(PortProtocol.None, (all, p) => all | p) }),
    ];

    public IEnumerable<PortProbeResult> Results() => Each().Select(Result);

    private IEnumerable<PublishedPort> Each() => Probes.SelectMany(p =>
        new[] { PortProtocol.Tcp, PortProtocol.Udp }.Where(p.Carries).Select(protocol => p with { Protocol = protocol }));

    private PortProbeResult Result(PublishedPort port)
    {
        var report = Outside ?? Server;
        var attempt = _four.Attempt(report, port);
        var answered = _four.Outcome(report, port) == ProbeOutcome.Answered;
        var expected = attempt?.Source is { } source && (Outside is null || (source.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && PublicRanges.IsPublic4(source.Address.ToString()))) ? source : null;
        var seen = _four.Seen(port, attempt, SourceAddress());
        var finding = ProbeDiagnosis.Diagnose(Evidence(port, seen, expected));

        // What home saw of a failed outside probe was the server's own probe.
        seen = Outside is null || answered ? seen : null;
        var six = _six is null || report is null ? ProbeIPv6.None : ProbeIPv6.Of(_six, report, port, _four.Home(port), home6!.Address);
        return new PortProbeResult
        {
            Name = Profile.Name.Value,
            Port = port.Port,
            InsidePort = port.InsidePort,
            Protocol = port.Protocol,
            From = request.From is null ? "the server itself" : request.From.Target.ToString(),
            Open = finding.Open,
            Answered = answered ? _four.Who(port, attempt!) : null,
            SourceSeen = seen?.ToString(),
            SourceExpected = expected?.ToString(),
            SourcePreserved = ProbeReading.Preserved(seen, expected),
            RoundTripMilliseconds = answered && attempt!.Elapsed is { } elapsed ? Math.Round(elapsed.TotalMilliseconds, 2) : null,
            Stage = finding.Stage,
            Detail = finding.Detail,
            Remedy = finding.Remedy,
            OpenIPv6 = six.Open,
            SourceSeenIPv6 = six.Seen?.ToString(),
            SourcePreservedIPv6 = six.Preserved,
            DetailIPv6 = six.Detail,
        };
    }

    private ProbeEvidence Evidence(PublishedPort port, IPEndPoint? seen, IPEndPoint? expected)
    {
        var there = _four.Home(port);
        return new ProbeEvidence
        {
            Port = port.Port,
            InsidePort = port.InsidePort,
            Protocol = port.Protocol,
            Client = Profile.Tunnel.Client,
            Tunnel = tunnel.State,
            TunnelError = tunnel.LastError,
            FarEndAnswers = FarEndAnswers,
            Listening = there?.Listening ?? HomeListening.Nobody,
            Unbound = there?.Unbound ?? false,
            Others = there?.Others ?? [],
            ListenError = there?.Error,
            Arrived = seen is not null,
            SourceSeen = seen?.ToString(),
            SourcePreserved = ProbeReading.Preserved(seen, expected),
            Server = Server is null || _four.Attempt(Server, port) is null ? null : ServerEvidence.From(Server, port, _four.Outcome(Server, port)),
            Outside = Outside is null ? null : _four.Outcome(Outside, port),
            OutsideHost = request.From?.Target.Host,
        };
    }

    // Where a probe that never connected came from: the script can name no port for it.
    private IPAddress? SourceAddress() => IPAddress.TryParse(Server?.Fact("source") ?? string.Empty, out var address) ? address : null;
}
