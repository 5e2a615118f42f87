using System.Buffers.Binary;
using GostBt.Engine.Concurrency;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>
/// Packets on their way to one peer: bounded, in batches. Producers append to a batch while the consumer sends another; a consumer that is free takes
/// what is there and never waits for more, so that batches grow only when the link is the bottleneck.
/// </summary>
/// <param name="batchCapacity">Bytes of a batch; holds at least one frame of the greatest size.</param>
/// <param name="batches">How many there are, at least two. Their bytes are all that a stalled peer can occupy.</param>
internal sealed class FrameQueue(int batchCapacity = FrameQueue.DefaultBatchCapacity, int batches = 3)
{
    /// <summary>Three super-packets and something: enough for one write to be worth it, little enough not to delay what comes next.</summary>
    internal const int DefaultBatchCapacity = 224 * 1024;

    private const int LengthSize = 2;

    // Left free in every batch, so that a keepalive finds room on a link that is busy all the time.
    private const int ReservedForKeepalives = 1024;
    private const int MaximumDatagram = ushort.MaxValue;

    private readonly object _gate = new();
    private readonly AsyncSignal _filled = new();
    private readonly Queue<FrameBatch> _full = new();
    private readonly Stack<FrameBatch> _free = new();
    private FrameBatch? _filling;
    private int _created;
    private bool _completed;
    private bool _stalled;

    /// <summary>Packets that found no room.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Whether the peer understands frames with a vnet header.</summary>
    internal bool SuperPackets { get; set; }

    /// <summary>Appends a keepalive.</summary>
    internal bool Post(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (!TryMakeRoom(LengthSize + datagram.Length - ReservedForKeepalives, TimeSpan.Zero))
            {
                return false;
            }

            Append(default, datagram);
        }

        _filled.Give();
        return true;
    }

    /// <summary>Appends a packet: as it is if the peer understands super-packets, else as the packets it stands for.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="patience">
    /// How long the caller would wait for room. A queue that stayed full that long is not waited for again until its peer takes something.
    /// </param>
    /// <returns>False when it, or the rest of its segments, was dropped.</returns>
    internal bool Post(OffloadedPacket packet, TimeSpan patience)
    {
        var posted = packet.Offload.IsPlain || (SuperPackets && packet.Data.Length + VnetHeader.Size <= MaximumDatagram)
            ? PostWhole(packet, patience)
            : PostSegments(packet, patience);
        _filled.Give();
        return posted;
    }

    /// <summary>Takes what is there, waiting for something if need be. Give it back with <see cref="Return"/> once sent.</summary>
    /// <returns>Null once <see cref="Complete"/> was called.</returns>
    internal async ValueTask<FrameBatch?> TakeAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_completed)
                {
                    return null;
                }

                if (_full.TryDequeue(out var batch))
                {
                    return batch;
                }

                if (_filling is { Length: > 0 } filling && TryReplaceFilling())
                {
                    return filling;
                }
            }

            await _filled.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Gives a sent batch back.</summary>
    internal void Return(FrameBatch batch)
    {
        lock (_gate)
        {
            batch.Length = 0;
            _free.Push(batch);
            _stalled = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the queue: the consumer gets null, producers drop without waiting.</summary>
    internal void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }

        _filled.Give();
    }

    private bool PostWhole(OffloadedPacket packet, TimeSpan patience)
    {
        Span<byte> header = stackalloc byte[VnetHeader.Size];

        // A packet that is complete without its header goes without it where both do not fit into a frame.
        var withHeader = SuperPackets && packet.Offload != default && VnetHeader.Size + packet.Data.Length <= MaximumDatagram;
        if (withHeader)
        {
            packet.Offload.Write(header);
        }
        else
        {
            header = default;
        }

        lock (_gate)
        {
            if (!TryMakeRoom(LengthSize + header.Length + packet.Data.Length, patience))
            {
                return false;
            }

            Append(header, packet.Data);
        }

        return true;
    }

    private bool PostSegments(OffloadedPacket packet, TimeSpan patience)
    {
        var segmenter = new PacketSegmenter(packet);
        var most = LengthSize + segmenter.MaximumLength;
        lock (_gate)
        {
            while (!segmenter.IsFinished)
            {
                if (!TryMakeRoom(most, patience))
                {
                    return false;
                }

                var free = _filling!.Free;
                segmenter.TryWriteNext(free[LengthSize..], out var length);
                BinaryPrimitives.WriteUInt16BigEndian(free, (ushort)length);
                _filling.Length += LengthSize + length;
            }
        }

        return true;
    }

    private void Append(ReadOnlySpan<byte> header, ReadOnlySpan<byte> datagram)
    {
        var free = _filling!.Free;
        var length = header.Length + datagram.Length;
        BinaryPrimitives.WriteUInt16BigEndian(free, (ushort)length);
        header.CopyTo(free[LengthSize..]);
        datagram.CopyTo(free[(LengthSize + header.Length)..]);
        _filling.Length += LengthSize + length;
    }

    private bool TryMakeRoom(int bytes, TimeSpan patience)
    {
        while (!_completed)
        {
            var full = _filling;
            if (full?.Free.Length >= bytes + ReservedForKeepalives)
            {
                return true;
            }

            if (TryReplaceFilling())
            {
                if (full is not null)
                {
                    _full.Enqueue(full);
                }

                continue;
            }

            if (_stalled || patience == TimeSpan.Zero || !Monitor.Wait(_gate, patience))
            {
                _stalled |= patience > TimeSpan.Zero;
                break;
            }
        }

        Dropped++;
        return false;
    }

    private bool TryReplaceFilling()
    {
        if (!_free.TryPop(out var next))
        {
            // Made when first needed: a sender that never gets in costs nothing.
            if (_created == batches)
            {
                return false;
            }

            _created++;
            next = new FrameBatch(batchCapacity);
        }

        _filling = next;
        return true;
    }
}
