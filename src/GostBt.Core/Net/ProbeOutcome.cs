namespace GostBt.Net;

/// <summary>What a probe got back.</summary>
internal enum ProbeOutcome
{
    /// <summary>Nothing.</summary>
    Silent = 0,

    /// <summary>An RST or an ICMP unreachable.</summary>
    Refused,

    /// <summary>A connection (TCP) or the right answer (UDP).</summary>
    Answered,
}
