using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GostBt.Engine.Carriers;

/// <summary>
/// The connections nobody has vouched for yet. Each has a deadline, and when there are too many, the oldest goes: of the source that has most of them
/// where that is more than its share, else of all. A crowd of silent strangers, from one address or from thousands, can then neither keep out a client
/// that says who it is, nor cut off its burst of connections.
/// </summary>
/// <param name="capacity">How many there may be.</param>
/// <param name="share">How many a source may have before it is the first to lose some.</param>
/// <param name="limit">How long each may take.</param>
internal sealed class PendingConnections(int capacity, int share, TimeSpan limit)
{
    private readonly LinkedList<Entry> _entries = new();
    private readonly Dictionary<IPAddress, int> _counts = [];
    private readonly Lock _gate = new();

    internal Entry Add(IPAddress remote, CancellationToken cancellationToken)
    {
        var entry = new Entry(this, Source(remote), limit, cancellationToken);
        Entry? superfluous = null;
        lock (_gate)
        {
            if (_entries.Count >= capacity)
            {
                var (source, count) = _counts.MaxBy(counted => counted.Value);
                superfluous = count > share ? _entries.First(pending => pending.Source.Equals(source)) : _entries.First!.Value;
                Remove(superfluous);
            }

            _entries.AddLast(entry.Node);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, entry.Source, out _)++;
        }

        superfluous?.Expire();
        return entry;
    }

    // Whoever has one IPv6 address has 2^64 of them.
    private static IPAddress Source(IPAddress remote) => remote.AddressFamily == AddressFamily.InterNetworkV6
        ? new IPAddress([.. remote.GetAddressBytes().AsSpan(0, 8), .. new byte[8]])
        : remote;

    private void Remove(Entry entry)
    {
        if (entry.Node.List is null)
        {
            return;
        }

        _entries.Remove(entry.Node);
        if (--CollectionsMarshal.GetValueRefOrAddDefault(_counts, entry.Source, out _) == 0)
        {
            _counts.Remove(entry.Source);
        }
    }

    /// <summary>One connection's place in the queue.</summary>
    internal sealed class Entry : IDisposable
    {
        private readonly PendingConnections _owner;
        private readonly CancellationTokenSource _deadline;

        internal Entry(PendingConnections owner, IPAddress source, TimeSpan limit, CancellationToken cancellationToken)
        {
            _owner = owner;
            Source = source;
            Node = new LinkedListNode<Entry>(this);
            _deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _deadline.CancelAfter(limit);
            Token = _deadline.Token;
        }

        internal IPAddress Source { get; }

        internal LinkedListNode<Entry> Node { get; }

        internal CancellationToken Token { get; }

        public void Dispose()
        {
            Release();
            _deadline.Dispose();
        }

        internal void Release()
        {
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            lock (_owner._gate)
            {
                _owner.Remove(this);
            }
        }

        internal void Expire()
        {
            try
            {
                _deadline.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It went by itself at the same moment.
            }
        }
    }
}
