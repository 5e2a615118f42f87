using System.Net;
using GostBt.Engine.Routing;

namespace GostBt.Engine.Udp;

/// <summary>What is known about one address datagrams go to or come from.</summary>
/// <param name="Native">The address for the direct socket; null where it cannot reach it.</param>
/// <param name="Verdict">What becomes of its datagrams.</param>
/// <param name="Generation">The <see cref="Router.Generation"/> of that verdict.</param>
internal sealed record UdpPeer(SocketAddress? Native, Verdict Verdict, int Generation);
