using System.Net;
using GostBt.BitTorrent;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>What the two ends of a probe run together say about a port, over IPv4 or over IPv6.</summary>
/// <param name="home">Home's end; null when the tunnel is not up.</param>
/// <param name="signature">What the probes carry.</param>
/// <param name="ipv6">Which of the report's attempts it reads.</param>
internal sealed class ProbeReading(HomeEnd? home, ProbeSignature signature, bool ipv6)
{
    public HomePort? Home(PublishedPort port) => home?.Port(port.Protocol, port.InsidePort);

    public ProbeAttempt? Attempt(ProbeReport? report, PublishedPort port) => report?.Attempt(port.Protocol, port.Port, ipv6);

    public ProbeOutcome Outcome(ProbeReport? report, PublishedPort port)
    {
        if (Attempt(report, port) is not { } attempt)
        {
            return ProbeOutcome.Silent;
        }

        var answered = port.Protocol == PortProtocol.Tcp
            ? attempt.Elapsed is not null && (ByClient(port) || attempt.Replies.Any(IsHello))
            : attempt.Replies.Any(r => Speaks(r) is not null || ByClient(port));
        return answered ? ProbeOutcome.Answered : attempt.Refused ? ProbeOutcome.Refused : ProbeOutcome.Silent;
    }

    /// <param name="port">The port and one protocol.</param>
    /// <param name="attempt">How its probe went.</param>
    /// <param name="from">Where a probe that never connected came from, as no port can be named for it.</param>
    public IPEndPoint? Seen(PublishedPort port, ProbeAttempt? attempt, IPAddress? from)
    {
        if (Home(port)?.Arrived is { } arrived)
        {
            return arrived;
        }

        return port.Protocol == PortProtocol.Udp
            ? attempt?.Replies.Select(r => DhtPing.ReadReply(r, signature.Transaction)?.Observed).FirstOrDefault(o => o is not null)
            : home?.ConnectionOf(port.InsidePort, attempt?.Source, from);
    }

    public static bool? Preserved(IPEndPoint? seen, IPEndPoint? expected) => seen is null || expected is null ? null : seen.Equals(expected);

    public string Who(PublishedPort port, ProbeAttempt attempt)
    {
        if (!ByClient(port))
        {
            return "GostBt";
        }

        // A connection proves a listener, not what it speaks; an answer to a ping or a SYN proves both.
        var spoken = attempt.Replies.Select(Speaks).OfType<string>().Distinct().OrderBy(s => s, StringComparer.Ordinal).ToArray();
        return port.Protocol == PortProtocol.Tcp || spoken.Length > 0
            ? "BitTorrent client" + (spoken.Length > 0 ? $" ({string.Join(", ", spoken)})" : string.Empty)
            : "another program";
    }

    private string? Speaks(byte[] reply) =>
        DhtPing.ReadReply(reply, signature.Transaction) is not null ? "DHT" : UtpSyn.IsAnswered(reply, signature.ConnectionId) ? "uTP" : null;

    private bool ByClient(PublishedPort port) => Home(port)?.Listening is not (HomeListening.GostBt or HomeListening.Elsewhere);

    private bool IsHello(byte[] reply) => BitTorrentHandshake.Decode(reply) is { } hello && hello.InfoHash.SequenceEqual(signature.InfoHash);
}
