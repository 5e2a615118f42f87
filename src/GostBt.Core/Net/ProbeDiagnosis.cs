using GostBt.Model;

namespace GostBt.Net;

/// <summary>From evidence to the part that broke. Pure: the same evidence, the same finding. Asks from home outwards, except where a packet was seen.</summary>
internal static class ProbeDiagnosis
{
    private const string Redeploy = "Deploy the server again: New-GostBtServer, or gostbt up; it puts back what is missing and changes nothing else.";
    private const string SeeTunnel = "See Get-GostBtTunnel or gostbt status, and the agent's log; Restart the tunnel.";

    public static ProbeFinding Diagnose(ProbeEvidence e)
    {
        if (!e.Tunnel.Carries())
        {
            var why = string.IsNullOrEmpty(e.TunnelError) ? string.Empty : $": {e.TunnelError!.TrimEnd('.')}";
            return Closed(
                ProbeStage.Tunnel,
                $"The tunnel is not up but {e.Tunnel.ToString().ToLowerInvariant()}{why}.",
                e.Tunnel == TunnelState.Stopped ? "Start it: Start-GostBtTunnel, or gostbt up." : SeeTunnel);
        }

        if (e.Outside == ProbeOutcome.Answered || (e.Outside is null && e.Server?.Outcome == ProbeOutcome.Answered))
        {
            return Answered(e);
        }

        if (e.Outside is not null && e.Server?.Outcome == ProbeOutcome.Answered)
        {
            var within = Answered(e);
            return within.Open
                ? Closed(
                    ProbeStage.ProviderFirewall,
                    $"{Name(e)} answers on the server itself but not to {e.OutsideHost}: something before the server drops or refuses it.",
                    $"Open {Name(e)} in the provider's firewall or security group.")
                : within;
        }

        return e.Server is null
            ? Closed(
                ProbeStage.ProviderFirewall,
                $"{Name(e)} does not answer to {e.OutsideHost}, and the server could not be asked why.",
                "Probe without -From to see whether the server itself gets through.")
            : OnServer(e, e.Server);
    }

    private static ProbeFinding Answered(ProbeEvidence e)
    {
        if (e.Server is { Watched: true, Returned: false })
        {
            return Closed(
                ProbeStage.Forwarding,
                $"Something on the server itself answers on {Name(e)}; nothing of it went through the tunnel.",
                Redeploy);
        }

        if (e.Listening == HomeListening.Elsewhere)
        {
            return Closed(
                ProbeStage.Listener,
                $"The way is open, but the program that listens on {Inside(e)} does so on {string.Join(", ", e.Others)} only, not on the tunnel's {e.Client}.",
                $"Let it listen on {e.Client} or on all addresses; most clients must be restarted after the tunnel came up.");
        }

        return e.SourcePreserved == false
            ? new ProbeFinding(
                Open: true,
                ProbeStage.Forwarding,
                $"{Name(e)} is open, but home sees {e.SourceSeen} instead of the peer: something on the server rewrites the source.",
                "Remove the masquerade rule on the server that catches the tunnel's interface.")
            : new ProbeFinding(Open: true, ProbeStage.None, $"{Name(e)} is open.{Unverified(e)}", null);
    }

    private static ProbeFinding OnServer(ProbeEvidence e, ServerEvidence server)
    {
        if (!server.Tun)
        {
            return Closed(
                ProbeStage.Tunnel,
                $"The server has no TUN device: its engine is {(server.Engine.Length == 0 ? "not installed" : server.Engine)}.",
                "Restart the engine's service on the server, or deploy again: New-GostBtServer, or gostbt up.");
        }

        if (!server.IpForward)
        {
            return Closed(ProbeStage.Forwarding, "IPv4 forwarding (net.ipv4.ip_forward) is off on the server.", Redeploy);
        }

        if (!server.Dnat)
        {
            return Closed(ProbeStage.Forwarding, $"No rule of the server hands anything to {e.Client}: GostBt's firewall table is gone.", Redeploy);
        }

        if (server is { Watched: true, Sent: false })
        {
            return server.Translated
                ? Closed(
                    ProbeStage.Forwarding,
                    $"A firewall of the server drops {Name(e)} before the tunnel{(server.Drops.Count > 0 ? ": " + string.Join(", ", server.Drops) : string.Empty)}.",
                    $"Let that firewall (ufw, firewalld, Docker or your own) forward to {e.Client}.")
                : Closed(ProbeStage.Forwarding, $"The server does not hand {Name(e)} to home: it is not among the published ports there.", Redeploy);
        }

        // An ICMP unreachable is not counted as an answer of the port, but what was sent into the tunnel only home can refuse.
        if (server.Reset || (server.Outcome == ProbeOutcome.Refused && (server.Returned || server.Sent)))
        {
            return e.Listening is HomeListening.Nobody or HomeListening.Elsewhere ? NoListener(e) : Firewalled(e, "refuses");
        }

        if (server.Returned)
        {
            return Closed(ProbeStage.Forwarding, $"Home's answers for {Name(e)} come out of the tunnel, but the server does not let them go back to the peer.", Redeploy);
        }

        if (e.Arrived)
        {
            return Closed(
                ProbeStage.Tunnel,
                $"The probe for {Name(e)} reached home, but home's answer did not take the tunnel: the route for {e.Client} is missing.",
                SeeTunnel);
        }

        if (e.FarEndAnswers == false)
        {
            return Closed(ProbeStage.Tunnel, "The far end of the tunnel does not answer.", SeeTunnel);
        }

        return e.Listening switch
        {
            HomeListening.Nobody => NoListener(e),
            // The system picks the source of an unbound socket's answer by its destination: another address, another way out.
            HomeListening.Client when e is { Protocol: PortProtocol.Udp, Unbound: true } => Closed(
                ProbeStage.Listener,
                $"A program listens on {Inside(e)} on all addresses, so its answers leave with another address than {e.Client} and not through the tunnel.",
                $"Bind the BitTorrent client to {e.Client} (qBittorrent and Deluge: network interface; Transmission: bind-address-ipv4)."),
            HomeListening.Client when e.Protocol == PortProtocol.Udp => Closed(
                ProbeStage.Listener,
                $"A program listens on {Inside(e)} but answers neither a DHT ping nor a uTP connection.",
                $"Switch on DHT or uTP in the BitTorrent client; if one is on, let {Inside(e)} through this PC's firewall."),
            _ => Firewalled(e, "drops"),
        };
    }

    private static string Unverified(ProbeEvidence e) => e is { Outside: not null, SourceSeen: not null, SourcePreserved: null }
        ? $" Home saw {e.SourceSeen}; {e.OutsideHost} is behind a NAT and cannot tell whether that is its address."
        : string.Empty;

    private static ProbeFinding NoListener(ProbeEvidence e) => Closed(
        ProbeStage.Listener,
        $"Nothing listens on {e.Client} {Inside(e)}"
            + (e.Others.Count > 0 ? $", only on {string.Join(", ", e.Others)}" : string.Empty)
            + (e.ListenError is null ? "." : $", and GostBt could not listen itself: {e.ListenError}"),
        $"Start the BitTorrent client after the tunnel and let it listen on port {e.InsidePort}.");

    private static ProbeFinding Firewalled(ProbeEvidence e, string verb) => Closed(
        ProbeStage.LocalFirewall,
        $"The server sent the probe for {Name(e)} into the tunnel and the tunnel is up, but this PC {verb} it although something listens.",
        $"Let {Inside(e)} in, from anywhere and in every network profile, in this PC's firewall.");

    private static ProbeFinding Closed(ProbeStage stage, string detail, string remedy) => new(Open: false, stage, detail, remedy);

    private static string Inside(ProbeEvidence e) => $"{e.Protocol.ToString().ToUpperInvariant()} port {e.InsidePort}";

    private static string Name(ProbeEvidence e) => $"{e.Protocol.ToString().ToUpperInvariant()} port {e.Port}";
}
