using System.Net;
using System.Net.Sockets;
using GostBt.BitTorrent;

namespace GostBt.Net;

/// <summary>Answers the probe's BitTorrent handshake, and nobody else's, while a probe runs.</summary>
internal sealed class HomeTcpListener : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly HomePort _port;
    private readonly ProbeSignature _signature;
    private readonly CancellationTokenSource _end = new();

    public HomeTcpListener(IPAddress address, HomePort port, ProbeSignature signature)
    {
        _port = port;
        _signature = signature;
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.ExclusiveAddressUse = true;
            _socket.Bind(new IPEndPoint(address, port.Port));
            _socket.Listen(16);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _ = AcceptAsync();
    }

    public void Dispose()
    {
        _end.Cancel();
        _socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _socket.AcceptAsync().ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed: the probe is over.
        }
    }

    private async Task AnswerAsync(Socket peer)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        patience.CancelAfter(Patience);
        using var stream = new NetworkStream(peer, ownsSocket: true);
        try
        {
            var source = (IPEndPoint)peer.RemoteEndPoint!;
            var hello = await Cancellable.RunAsync(stream, () => BitTorrentHandshake.ReadAsync(stream, patience.Token), patience.Token).ConfigureAwait(false);
            if (hello is not null && hello.InfoHash.SequenceEqual(_signature.InfoHash))
            {
                _port.Arrived = source;
                var answer = new BitTorrentHandshake(_signature.InfoHash, _signature.NodeId).Encode();
                await stream.WriteAsync(answer, 0, answer.Length, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A stranger, or the probe gave up: its own report says so.
        }
    }
}
