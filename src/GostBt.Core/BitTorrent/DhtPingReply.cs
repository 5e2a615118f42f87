using System.Net;

namespace GostBt.BitTorrent;

/// <summary>A DHT node's answer to a ping (BEP 5).</summary>
/// <param name="NodeId">20 bytes: the node.</param>
/// <param name="Observed">The endpoint it saw us at (BEP 42); null when it does not say.</param>
public sealed record DhtPingReply(byte[] NodeId, IPEndPoint? Observed);
