using System.Buffers;
using GostBt.Engine.Carriers;

namespace GostBt.Engine.Routing;

/// <summary>
/// Copies between two connections, both ways, until both have ended. Where one breaks the other is broken too: what was cut short must not look complete.
/// </summary>
internal static class StreamRelay
{
    private const int BufferSize = 32 * 1024;

    /// <summary>How long the second direction may be silent once the first has ended and its end has been passed on; gost's tcpWaitTimeout.</summary>
    private static readonly TimeSpan HalfOpenSilence = TimeSpan.FromSeconds(10);

    /// <summary>The same where the end could not be passed on: most likely the client has closed for good. gost gives it no time at all.</summary>
    private static readonly TimeSpan UntoldSilence = TimeSpan.FromSeconds(3);

    /// <param name="client">The connection that came in; its end is passed on to the destination only if that leaves the way back open.</param>
    /// <param name="destination">The connection that went out.</param>
    /// <param name="cancellationToken">Ends both.</param>
    internal static async Task RunAsync(Stream client, Stream destination, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = new Progress();
        var up = CopyAsync(client, destination, always: false, progress, end.Token);
        var down = CopyAsync(destination, client, always: true, progress, end.Token);
        try
        {
            var first = await Task.WhenAny(up, down).ConfigureAwait(false);
            var second = first == up ? down : up;
            if (await first.ConfigureAwait(false))
            {
                var silence = first == down || PassesEndOn(destination) ? HalfOpenSilence : UntoldSilence;
                for (var seen = -1L; progress.Bytes != seen && !second.IsCompleted;)
                {
                    seen = progress.Bytes;
                    await Task.WhenAny(second, Task.Delay(silence, end.Token)).ConfigureAwait(false);
                }

                if (second.IsCompleted && !await second.ConfigureAwait(false))
                {
                    // The other one has got everything.
                    await IBreakable.BreakAsync(second == up ? destination : client, end.Token).ConfigureAwait(false);
                }
            }
            else
            {
                // What the broken one said before it broke is the other's all the same.
                await Task.WhenAll(IBreakable.BreakAsync(client, end.Token), IBreakable.BreakAsync(destination, end.Token)).ConfigureAwait(false);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);

            // A read that waits on a carrier ends for certain only when the carrier is gone.
            await client.DisposeAsync().ConfigureAwait(false);
            await destination.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll((Task)up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool PassesEndOn(Stream to) => to is IHalfClosable { LeavesReadingOpen: true };

    // True where the source came to its orderly end; false where either side broke.
    private static async Task<bool> CopyAsync(Stream from, Stream to, bool always, Progress progress, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                var length = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (length == 0)
                {
                    break;
                }

                progress.Bytes += length;
                await to.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }

            if (to is IHalfClosable closable && (always || PassesEndOn(to)))
            {
                await closable.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Two copies count into it and one watches whether it moves at all, so a lost addition does no harm.
    private sealed class Progress
    {
        internal long Bytes { get; set; }
    }
}
