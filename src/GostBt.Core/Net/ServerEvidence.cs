using GostBt.Model;

namespace GostBt.Net;

/// <summary>What the server's side of the probe found for one port.</summary>
internal sealed record ServerEvidence
{
    /// <summary>How the probe through the namespace went.</summary>
    public required ProbeOutcome Outcome { get; init; }

    /// <summary>The engine's unit, as systemd says: active, inactive, failed; empty when there is no such thing.</summary>
    public string Engine { get; init; } = "active";

    /// <summary>Whether the TUN device is there.</summary>
    public bool Tun { get; init; } = true;

    /// <summary>Whether IPv4 forwarding is on.</summary>
    public bool IpForward { get; init; } = true;

    /// <summary>Whether any rule translates to home's tunnel address.</summary>
    public bool Dnat { get; init; } = true;

    /// <summary>Whether the server watched the packets; without, the next five say nothing.</summary>
    public bool Watched { get; init; } = true;

    /// <summary>Translated to home's address.</summary>
    public bool Translated { get; init; } = true;

    /// <summary>Sent into the tunnel.</summary>
    public bool Sent { get; init; } = true;

    /// <summary>Something came back out of the tunnel.</summary>
    public bool Returned { get; init; }

    /// <summary>What came back was an RST.</summary>
    public bool Reset { get; init; }

    /// <summary>Forward chains that drop what they do not know.</summary>
    public IReadOnlyList<string> Drops { get; init; } = [];

    // What was translated carries the port inside from there on.
    public static ServerEvidence From(ProbeReport report, PublishedPort port, ProbeOutcome outcome) => new()
    {
        Outcome = outcome,
        Engine = report.Fact("engine") ?? string.Empty,
        Tun = report.Fact("tun") is not (null or "none"),
        IpForward = report.Fact("ip-forward") == "1",
        Dnat = report.Fact("dnat") == "yes",
        Watched = report.Fact("watched") == "yes",
        Translated = report.Seen("translated", port.Protocol, port.InsidePort),
        Sent = report.Seen("sent", port.Protocol, port.InsidePort),
        Returned = report.Seen("answered", port.Protocol, port.InsidePort),
        Reset = report.Seen("refused", port.Protocol, port.InsidePort),
        Drops = report.Drops,
    };
}
