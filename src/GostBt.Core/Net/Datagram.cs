using System.Net;

namespace GostBt.Net;

/// <summary>A datagram that came in.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Payload">Its content.</param>
public sealed record Datagram(IPEndPoint Source, byte[] Payload);
