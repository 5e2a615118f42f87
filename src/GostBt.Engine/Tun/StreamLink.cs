using System.Buffers.Binary;
using System.Net;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>Relay UDP frames over a reliable stream (<see cref="IChainDialer.ConnectUdpAsync"/>).</summary>
internal sealed class StreamLink(Stream stream, IPAddress remote) : PeerLink(new FrameQueue())
{
    private const int LengthSize = 2;

    // Two frames of the greatest size: one being completed while the next begins.
    private const int ReceiveCapacity = VnetHeader.Size + (2 * (LengthSize + ushort.MaxValue));

    /// <inheritdoc/>
    internal override IPAddress Remote { get; } = remote;

    /// <inheritdoc/>
    internal override bool CarriesSuperPackets => true;

    /// <summary>Sends what is queued and hands over what arrives, until the stream ends, fails, or is cancelled.</summary>
    internal async Task RunAsync(IDatagramHandler handler, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(ending.Token);
        var receiving = ReceiveAsync(handler, ending.Token);
        var first = await Task.WhenAny(sending, receiving).ConfigureAwait(false);
        Queue.Complete();
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        while (await Queue.TakeAsync().ConfigureAwait(false) is { } batch)
        {
            await stream.WriteAsync(batch.Written, cancellationToken).ConfigureAwait(false);
            Queue.Return(batch);
        }
    }

    private async Task ReceiveAsync(IDatagramHandler handler, CancellationToken cancellationToken)
    {
        // Whatever stands before a datagram was dealt with, so its last ten bytes may become the vnet header: no copy to prepend it.
        var buffer = GC.AllocateUninitializedArray<byte>(ReceiveCapacity, pinned: true);
        int start = VnetHeader.Size, end = VnetHeader.Size;
        while (true)
        {
            if (buffer.Length - start < LengthSize + ushort.MaxValue)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer.AsSpan(VnetHeader.Size));
                end = VnetHeader.Size + end - start;
                start = VnetHeader.Size;
            }

            // What is held back to be merged waits only for bytes that are here already.
            var reading = stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (!reading.IsCompleted)
            {
                handler.Flush();
            }

            var read = await reading.ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            end += read;
            while (TryTakeFrame(buffer, ref start, end, out var room))
            {
                Hear();
                handler.Handle(room);
            }

            if (start == end)
            {
                start = end = VnetHeader.Size;
            }
        }
    }

    private static bool TryTakeFrame(byte[] buffer, ref int start, int end, out Span<byte> room)
    {
        room = default;
        if (end - start < LengthSize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start));
        if (end - start < LengthSize + length)
        {
            return false;
        }

        room = buffer.AsSpan(start + LengthSize - VnetHeader.Size, VnetHeader.Size + length);
        start += LengthSize + length;
        return true;
    }
}
