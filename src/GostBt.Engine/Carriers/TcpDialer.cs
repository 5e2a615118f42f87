using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Carriers;

/// <summary>Opens TCP connections.</summary>
internal static class TcpDialer
{
    private static readonly TimeSpan LastAttempt = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan EarlierAttempt = TimeSpan.FromSeconds(5);

    /// <summary>Tries the addresses in turn; each but the last gets less time, so that one silent address does not cost the client its patience.</summary>
    /// <exception cref="SocketException">What the last address said, or <see cref="SocketError.TimedOut"/>.</exception>
    internal static async ValueTask<TcpStream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; i < addresses.Count - 1; i++)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], port), EarlierAttempt, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The next one may do.
            }
        }

        return addresses.Count > 0
            ? await ConnectAsync(new IPEndPoint(addresses[^1], port), LastAttempt, cancellationToken).ConfigureAwait(false)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async ValueTask<TcpStream> ConnectAsync(IPEndPoint endPoint, TimeSpan limit, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            TcpTuning.Apply(socket);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(limit);
            await socket.ConnectAsync(endPoint, deadline.Token).ConfigureAwait(false);
            return new TcpStream(socket);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
