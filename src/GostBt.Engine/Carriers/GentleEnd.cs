using System.Buffers;

namespace GostBt.Engine.Carriers;

/// <summary>
/// Ends a connection after a last word. Closed at once, with bytes of the client still unread, TCP would answer with a reset, and the client might never
/// see the word.
/// </summary>
internal static class GentleEnd
{
    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>Says that nothing more comes, and reads away what is still under way, for a second at most.</summary>
    internal static async Task CompleteAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            if (stream is IHalfClosable closable)
            {
                await closable.CompleteWritesAsync(deadline.Token).ConfigureAwait(false);
            }

            for (var total = 0; total < MostBytes;)
            {
                var length = await stream.ReadAsync(buffer, deadline.Token).ConfigureAwait(false);
                if (length == 0)
                {
                    return;
                }

                total += length;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            // It ends either way.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
