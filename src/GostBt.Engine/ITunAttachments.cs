using System.Net;

namespace GostBt.Engine;

/// <summary>
/// The TUN services of this process, as the relay server sees them: a UDP tunnel to one of them is handed over in memory
/// instead of going through a UDP socket on loopback.
/// </summary>
public interface ITunAttachments
{
    /// <summary>Whether a TUN server of this process listens on <paramref name="udpTarget"/>.</summary>
    /// <param name="udpTarget">The destination a client asked for, resolved, and already allowed by the relay's bypass.</param>
    bool Serves(IPEndPoint udpTarget);

    /// <summary>Takes a tunnel to such a target over, until it ends; the caller then disposes of <paramref name="framed"/>.</summary>
    /// <param name="udpTarget">One that is served.</param>
    /// <param name="framed">As <see cref="IChainDialer.ConnectUdpAsync"/> returns it; the success reply is already sent.</param>
    /// <param name="remote">The client's outer address if known, for the keepalive's reply.</param>
    /// <param name="cancellationToken">Ends the tunnel.</param>
    Task AttachAsync(IPEndPoint udpTarget, Stream framed, IPEndPoint? remote, CancellationToken cancellationToken);
}
