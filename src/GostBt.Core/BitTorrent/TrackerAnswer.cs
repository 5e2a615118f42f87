using System.Net;

namespace GostBt.BitTorrent;

/// <summary>What a tracker answers to an announce.</summary>
/// <param name="Interval">When it wants to hear from us again.</param>
/// <param name="Seeders">Peers with everything; null when it does not say.</param>
/// <param name="Leechers">Peers without; null when it does not say.</param>
/// <param name="Peers">The peers it recorded, ourselves perhaps among them.</param>
public sealed record TrackerAnswer(TimeSpan Interval, int? Seeders, int? Leechers, IReadOnlyList<IPEndPoint> Peers);
