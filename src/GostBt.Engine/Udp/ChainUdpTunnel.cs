using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GostBt.Engine.Concurrency;
using GostBt.Engine.Routing;

namespace GostBt.Engine.Udp;

/// <summary>
/// The UDP socket at a chain's far end, for one association. It is opened when a datagram needs it; when the carrier is lost it is opened again, with backoff,
/// for the next datagram, and the association lives on.
/// </summary>
internal sealed class ChainUdpTunnel
{
    private const int QueueLength = 256;
    private const int BatchSize = 16 * 1024;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(10);

    private readonly Chain _chain;
    private readonly IDatagramSink _sink;
    private readonly Channel<(byte[] Frame, int Length)> _queue;

    // The channel's own waiting allocates each time when it can be cancelled.
    private readonly AsyncSignal _queued = new();
    private long _dropped;

    internal ChainUdpTunnel(Chain chain, IDatagramSink sink)
    {
        _chain = chain;
        _sink = sink;
        _queue = Channel.CreateBounded<(byte[] Frame, int Length)>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            Drop);
    }

    /// <summary>Datagrams that found the carrier gone or too slow.</summary>
    internal long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Queues a datagram; when the carrier is slower than the sender the oldest goes, as on any line.</summary>
    internal ValueTask SendAsync(ReadOnlyMemory<byte> addressed, int addressLength)
    {
        var length = AddressedFrame.PrefixLength + addressed.Length;
        var frame = ArrayPool<byte>.Shared.Rent(length);
        AddressedFrame.MarkForRelay(frame, addressed.Length - addressLength);
        addressed.Span.CopyTo(frame.AsSpan(AddressedFrame.PrefixLength));
        _queue.Writer.TryWrite((frame, length));
        _queued.Give();
        return ValueTask.CompletedTask;
    }

    /// <summary>Carries datagrams until cancelled or the sink's end is gone.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = FirstBackoff;
        while (true)
        {
            await WaitForDatagramAsync(cancellationToken).ConfigureAwait(false);
            var since = Environment.TickCount64;
            try
            {
                var stream = await _chain.AssociateUdpAsync(cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    await CarryAsync(stream, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
            {
                // The carrier is lost, and the chain has said why; so are a few datagrams. Nothing else is.
            }

            backoff = Environment.TickCount64 - since > LongEnough.TotalMilliseconds ? FirstBackoff : backoff;
            await Task.Delay(backoff, cancellationToken).ConfigureAwait(false);
            backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
        }
    }

    private void Drop((byte[] Frame, int Length) datagram)
    {
        ArrayPool<byte>.Shared.Return(datagram.Frame);
        Interlocked.Increment(ref _dropped);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitForDatagramAsync(CancellationToken cancellationToken)
    {
        while (_queue.Reader.Count == 0)
        {
            using var cancelled = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Give(), _queued);
            await _queued.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task CarryAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tasks = [ReadAsync(stream, either.Token), WriteAsync(stream, either.Token)];
        var first = await Task.WhenAny(tasks).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    private async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new AddressedFrameReader(stream);
        while (true)
        {
            var (frame, dataLength) = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (frame.IsEmpty)
            {
                return;
            }

            if (dataLength > 0)
            {
                await _sink.DeliverAsync(frame, dataLength, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var batch = ArrayPool<byte>.Shared.Rent(AddressedFrame.MaximumLength + BatchSize);
        try
        {
            while (true)
            {
                await WaitForDatagramAsync(cancellationToken).ConfigureAwait(false);
                var length = 0;
                while (length < BatchSize && _queue.Reader.TryRead(out var datagram))
                {
                    datagram.Frame.AsSpan(0, datagram.Length).CopyTo(batch.AsSpan(length));
                    length += datagram.Length;
                    ArrayPool<byte>.Shared.Return(datagram.Frame);
                }

                await stream.WriteAsync(batch.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }
}
