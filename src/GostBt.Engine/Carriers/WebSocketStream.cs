using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace GostBt.Engine.Carriers;

/// <summary>
/// A websocket as a byte stream, as gost uses it (go-gost/x/internal/util/ws): a write is one binary message, the borders of messages mean nothing when
/// reading.
/// </summary>
internal sealed class WebSocketStream(WebSocket socket, Stream inner) : DuplexStream, IHalfClosable, IBreakable
{
    private bool _insideMessage;

    public bool LeavesReadingOpen => false;

    // The state machines come from a pool: a message costs no allocation.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (true)
        {
            ValueWebSocketReceiveResult result;
            try
            {
                result = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (WebSocketException e) when (e is { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely, InnerException: null } && !_insideMessage)
            {
                // gost never sends a close frame, it closes the connection. What broke it, a reset for one, would be the inner exception.
                return 0;
            }
            catch (WebSocketException e)
            {
                throw new IOException("The websocket carrier broke: " + e.Message, e);
            }

            if (result.MessageType == WebSocketMessageType.Close)
            {
                return 0;
            }

            _insideMessage = !result.EndOfMessage;
            if (result.Count > 0)
            {
                return result.Count;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync(buffer, WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw new IOException("The websocket carrier broke: " + e.Message, e);
        }
    }

    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw new IOException("The websocket carrier broke: " + e.Message, e);
        }
    }

    public Task BreakAsync(CancellationToken cancellationToken) => IBreakable.BreakAsync(inner, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
