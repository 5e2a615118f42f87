using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>
/// Packets that this process makes itself, on their way to a link: whoever hands one over goes on at once, and a thread of the outbox waits for the link in
/// its stead. The thread pool, which brings those packets, is also what makes room on the link. When the link is slower the oldest goes, as on any line.
/// </summary>
/// <param name="name">The thread's name.</param>
/// <param name="longest">Bytes of the longest packet.</param>
/// <param name="send">Sends a packet, and may take its time.</param>
internal sealed class PacketOutbox(string name, int longest, TunReader.Handler send) : IDisposable
{
    /// <summary>How many packets may wait.</summary>
    internal const int Capacity = 256;

    private readonly object _gate = new();
    private readonly Queue<(byte[] Buffer, int Length)> _packets = new(Capacity);
    private readonly Stack<byte[]> _free = new();
    private bool _started;
    private bool _ended;

    /// <summary>Room for the longest packet, to be given back by <see cref="Post"/>.</summary>
    internal byte[] Rent()
    {
        lock (_gate)
        {
            return _free.TryPop(out var buffer) ? buffer : new byte[longest];
        }
    }

    /// <summary>Takes a packet over.</summary>
    /// <param name="buffer">Rented here.</param>
    /// <param name="length">Bytes of the packet, at the buffer's start.</param>
    internal void Post(byte[] buffer, int length)
    {
        lock (_gate)
        {
            if (_packets.Count == Capacity)
            {
                _free.Push(_packets.Dequeue().Buffer);
            }

            _packets.Enqueue((buffer, length));
            Monitor.Pulse(_gate);
            if (!_started)
            {
                // Most clients never have anything for it to do.
                _started = true;
                new Thread(SendAll) { Name = name, IsBackground = true }.Start();
            }
        }
    }

    /// <summary>Ends the thread, once what it is sending is sent.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }
    }

    private void SendAll()
    {
        while (Take(out var length) is { } buffer)
        {
            if (OffloadedPacket.TryParsePlain(buffer.AsSpan(0, length), out var packet))
            {
                send(packet);
            }

            lock (_gate)
            {
                _free.Push(buffer);
            }
        }
    }

    // Null once it has ended.
    private byte[]? Take(out int length)
    {
        lock (_gate)
        {
            while (!_ended && _packets.Count == 0)
            {
                Monitor.Wait(_gate);
            }

            (var buffer, length) = _ended ? default : _packets.Dequeue();
            return buffer;
        }
    }
}
