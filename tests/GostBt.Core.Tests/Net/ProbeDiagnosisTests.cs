using System.Net;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Core.Tests.Net;

/// <summary>The table from evidence to stage.</summary>
public sealed class ProbeDiagnosisTests
{
    private static readonly ServerEvidence Through = new() { Outcome = ProbeOutcome.Answered, Returned = true };
    private static readonly ServerEvidence Lost = new() { Outcome = ProbeOutcome.Silent };

    private static readonly ProbeEvidence Good = new()
    {
        Port = 6666,
        InsidePort = 6666,
        Protocol = PortProtocol.Tcp,
        Client = "192.168.123.2",
        FarEndAnswers = true,
        Listening = HomeListening.GostBt,
        Arrived = true,
        SourcePreserved = true,
        Server = Through,
    };

    private static readonly ProbeEvidence Silent = Good with { Arrived = false, SourcePreserved = null, Server = Lost };

    public static TheoryData<string, ProbeStage, string> Table()
    {
        var table = new TheoryData<string, ProbeStage, string>();
        foreach (var (name, row) in Rows)
        {
            table.Add(name, row.Stage, row.Says);
        }

        return table;
    }

    private static Dictionary<string, (ProbeEvidence Evidence, ProbeStage Stage, string Says)> Rows { get; } = new()
    {
        ["no agent"] = (Good with { Tunnel = TunnelState.Stopped, Server = null }, ProbeStage.Tunnel, "stopped"),
        ["agent waits to try again"] = (Good with { Tunnel = TunnelState.Backoff, TunnelError = "connection refused" }, ProbeStage.Tunnel, "connection refused"),
        ["no TUN on the server"] = (Silent with { Server = Lost with { Tun = false, Engine = "failed" } }, ProbeStage.Tunnel, "failed"),
        ["far end silent"] = (Silent with { FarEndAnswers = false }, ProbeStage.Tunnel, "far end"),
        ["answer leaves by another route"] = (Silent with { Arrived = true }, ProbeStage.Tunnel, "did not take the tunnel"),
        ["ip_forward off"] = (Silent with { Server = Lost with { IpForward = false, Sent = false, Translated = false } }, ProbeStage.Forwarding, "ip_forward"),
        ["table gone"] = (Silent with { Server = Lost with { Outcome = ProbeOutcome.Refused, Dnat = false, Sent = false, Translated = false } }, ProbeStage.Forwarding, "table is gone"),
        ["port not in the table"] = (Silent with { Server = Lost with { Outcome = ProbeOutcome.Refused, Sent = false, Translated = false } }, ProbeStage.Forwarding, "not among the published"),
        ["another firewall drops"] = (Silent with { Server = Lost with { Sent = false, Drops = ["ip filter FORWARD"] } }, ProbeStage.Forwarding, "ip filter FORWARD"),
        ["answers do not get back"] = (Silent with { Server = Lost with { Returned = true } }, ProbeStage.Forwarding, "come out of the tunnel"),
        ["the server itself answers"] = (Good with { Listening = HomeListening.Client, Server = Through with { Returned = false } }, ProbeStage.Forwarding, "on the server itself"),
        ["nothing listens, refused"] = (Silent with { Listening = HomeListening.Nobody, Server = Lost with { Outcome = ProbeOutcome.Refused, Returned = true, Reset = true } }, ProbeStage.Listener, "Nothing listens"),
        ["nothing listens, dropped"] = (Silent with { Listening = HomeListening.Nobody }, ProbeStage.Listener, "Nothing listens"),
        ["GostBt may not listen"] = (Silent with { Listening = HomeListening.Nobody, ListenError = "Permission denied" }, ProbeStage.Listener, "Permission denied"),
        ["listens on another address"] = (Good with { Listening = HomeListening.Elsewhere, Others = [IPAddress.Loopback] }, ProbeStage.Listener, "127.0.0.1 only"),
        ["client without DHT and uTP"] = (Silent with { Protocol = PortProtocol.Udp, Listening = HomeListening.Client }, ProbeStage.Listener, "neither a DHT ping nor"),
        ["client on all addresses"] = (Silent with { Protocol = PortProtocol.Udp, Listening = HomeListening.Client, Unbound = true }, ProbeStage.Listener, "on all addresses"),
        ["mapped, nothing listens"] = (Silent with { Port = 443, Listening = HomeListening.Nobody }, ProbeStage.Listener, "Nothing listens on 192.168.123.2 TCP port 6666"),
        ["mapped, not in the table"] = (Silent with { Port = 443, Server = Lost with { Sent = false, Translated = false } }, ProbeStage.Forwarding, "TCP port 443"),
        ["PC refuses UDP"] = (Silent with { Protocol = PortProtocol.Udp, Server = Lost with { Outcome = ProbeOutcome.Refused } }, ProbeStage.LocalFirewall, "refuses it"),
        ["PC drops GostBt's own"] = (Silent, ProbeStage.LocalFirewall, "drops it"),
        ["PC drops the client's"] = (Silent with { Listening = HomeListening.Client }, ProbeStage.LocalFirewall, "drops it"),
        ["PC rejects"] = (Silent with { Server = Lost with { Outcome = ProbeOutcome.Refused, Returned = true, Reset = true } }, ProbeStage.LocalFirewall, "refuses it"),
        ["provider drops"] = (Good with { Outside = ProbeOutcome.Silent, OutsideHost = "peer" }, ProbeStage.ProviderFirewall, "not to peer"),
        ["provider rejects"] = (Good with { Outside = ProbeOutcome.Refused, OutsideHost = "peer" }, ProbeStage.ProviderFirewall, "not to peer"),
        ["outside silent, server unreachable"] = (Silent with { Outside = ProbeOutcome.Silent, OutsideHost = "peer", Server = null }, ProbeStage.ProviderFirewall, "could not be asked"),
        ["outside silent, and forwarding broken"] = (Silent with { Outside = ProbeOutcome.Silent, Server = Lost with { IpForward = false } }, ProbeStage.Forwarding, "ip_forward"),
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Evidence_leads_to_the_stage(string name, ProbeStage stage, string says)
    {
        var finding = ProbeDiagnosis.Diagnose(Rows[name].Evidence);

        Assert.False(finding.Open);
        Assert.Equal(stage, finding.Stage);
        Assert.Contains(says, finding.Detail, StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(finding.Remedy));
    }

    [Fact]
    public void What_answers_with_the_true_source_is_open() =>
        Assert.Equal(new ProbeFinding(Open: true, ProbeStage.None, "TCP port 6666 is open.", null), ProbeDiagnosis.Diagnose(Good));

    [Fact]
    public void What_answers_to_another_host_needs_no_server() =>
        Assert.True(ProbeDiagnosis.Diagnose(Good with { Server = null, Outside = ProbeOutcome.Answered, SourcePreserved = null }).Open);

    [Fact]
    public void A_probing_host_behind_a_NAT_cannot_vouch_for_the_source_and_the_finding_says_so() => Assert.Contains(
        "behind a NAT",
        ProbeDiagnosis.Diagnose(Good with { Server = null, Outside = ProbeOutcome.Answered, SourcePreserved = null, SourceSeen = "203.0.113.9:4000" }).Detail,
        StringComparison.Ordinal);

    [Fact]
    public void A_server_that_cannot_watch_is_believed() =>
        Assert.True(ProbeDiagnosis.Diagnose(Good with { Server = Through with { Watched = false, Returned = false } }).Open);

    [Fact]
    public void A_rewritten_source_is_open_but_told()
    {
        var finding = ProbeDiagnosis.Diagnose(Good with { SourcePreserved = false, SourceSeen = "192.168.123.1:4000" });

        Assert.True(finding.Open);
        Assert.Equal(ProbeStage.Forwarding, finding.Stage);
        Assert.Contains("192.168.123.1:4000", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("masquerade", finding.Remedy, StringComparison.Ordinal);
    }
}
