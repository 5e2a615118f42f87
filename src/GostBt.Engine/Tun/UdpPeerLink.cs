using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Tun;

/// <summary>One client of a server's UDP socket.</summary>
internal sealed class UdpPeerLink : PeerLink
{
    internal UdpPeerLink(Socket socket, SocketAddress address, IPEndPoint remote)
        : base(UdpTransmitter.CreateQueue())
    {
        Remote = remote.Address;
        Sending = UdpTransmitter.RunAsync(Queue, socket, address);
    }

    /// <inheritdoc/>
    internal override IPAddress Remote { get; }

    /// <summary>False: a datagram of that size would be sent in fragments.</summary>
    internal override bool CarriesSuperPackets => false;

    /// <summary>Ends when the queue is completed.</summary>
    internal Task Sending { get; }
}
