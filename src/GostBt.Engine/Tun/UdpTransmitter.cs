using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Tun;

/// <summary>Sends the frames of a queue as datagrams. One that cannot be sent is lost, as on any link; it never holds up another peer.</summary>
internal static class UdpTransmitter
{
    private const int LengthSize = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    /// <summary>A queue for UDP: datagrams are sent one by one, so batches need not be larger than one super-packet cut up.</summary>
    internal static FrameQueue CreateQueue() => new(72 * 1024, 4);

    /// <summary>Sends until the queue is completed.</summary>
    /// <param name="queue">What to send.</param>
    /// <param name="socket">Non-blocking.</param>
    /// <param name="destination">Null on a connected socket.</param>
    internal static async Task RunAsync(FrameQueue queue, Socket socket, SocketAddress? destination)
    {
        while (await queue.TakeAsync().ConfigureAwait(false) is { } batch)
        {
            var frames = batch.Written;
            while (frames.Length > LengthSize)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(frames.Span);
                var datagram = frames.Slice(LengthSize, length);
                frames = frames[(LengthSize + length)..];
                if (!TrySend(datagram.Span, socket, destination))
                {
                    await SendLaterAsync(datagram, socket, destination).ConfigureAwait(false);
                }
            }

            queue.Return(batch);
        }
    }

    /// <returns>False when the socket's buffer is full: the only failure worth another attempt.</returns>
    private static bool TrySend(ReadOnlySpan<byte> datagram, Socket socket, SocketAddress? destination)
    {
        try
        {
            if (destination is null)
            {
                socket.Send(datagram, SocketFlags.None);
            }
            else
            {
                socket.SendTo(datagram, SocketFlags.None, destination);
            }

            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.WouldBlock;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    // Waits for room without a thread: those that could wait are the ones that carry everybody's packets.
    private static async Task SendLaterAsync(ReadOnlyMemory<byte> datagram, Socket socket, SocketAddress? destination)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            if (destination is null)
            {
                await socket.SendAsync(datagram, SocketFlags.None, limit.Token).ConfigureAwait(false);
            }
            else
            {
                await socket.SendToAsync(datagram, SocketFlags.None, destination, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Lost.
        }
    }
}
