using System.Net.Sockets;

namespace GostBt.Engine.Carriers;

/// <summary>A TCP connection as a stream that can be half closed.</summary>
internal sealed class TcpStream(Socket socket) : NetworkStream(socket, ownsSocket: true), IHalfClosable, IBreakable
{
    public bool LeavesReadingOpen => true;

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        Socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public async Task BreakAsync(CancellationToken cancellationToken)
    {
        await SendQueue.DrainAsync(Socket, cancellationToken).ConfigureAwait(false);

        // Disposing of the stream would shut the connection down first, which the other end may read as its end before the reset comes.
        Socket.Close(timeout: 0);
    }
}
