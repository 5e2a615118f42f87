using System.Net;
using System.Net.Sockets;
using GostBt.BitTorrent;

namespace GostBt.Net;

/// <summary>Answers the probe's DHT ping, and nobody else's, while a probe runs.</summary>
internal sealed class HomeUdpListener : IDisposable
{
    private readonly DirectDatagrams _socket;
    private readonly HomePort _port;
    private readonly ProbeSignature _signature;

    public HomeUdpListener(IPAddress address, HomePort port, ProbeSignature signature)
    {
        _port = port;
        _signature = signature;
        _socket = new DirectDatagrams(new IPEndPoint(address, port.Port), exclusive: true);
        _ = AnswerAsync();
    }

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var datagram = await _socket.ReceiveAsync(CancellationToken.None).ConfigureAwait(false);
                if (DhtPing.ReadQuery(datagram.Payload) is { } transaction && transaction.SequenceEqual(_signature.Transaction))
                {
                    _port.Arrived = datagram.Source;
                    var reply = DhtPing.EncodeReply(transaction, _signature.NodeId, datagram.Source);
                    await _socket.SendAsync(reply, datagram.Source, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the probe is over.
        }
    }
}
