using System.Buffers;
using System.Net;
using GostBt.Engine.Routing;
using GostBt.Engine.Tun;
using GostBt.Engine.Udp;

namespace GostBt.Engine.Socks;

/// <summary>
/// One UDP association (RFC 1928 section 7). It lives as long as the client's TCP connection, whatever becomes of single datagrams or of the chain's carrier.
/// </summary>
internal sealed class SocksAssociation : IDatagramSink, IDatagramTaker, IDisposable
{
    private readonly IPAddress _client;
    private readonly DatagramSocket _socket;
    private readonly UdpOutlet _outlet;
    private readonly PublishedPorts? _published;
    private SocketAddress? _clientPort;
    private IPEndPoint? _clientEndPoint;
    private long _dropped;

    /// <param name="router">Judges and reaches destinations.</param>
    /// <param name="local">The address the client's TCP connection came to; the client's UDP socket may be bound to a device that reaches no other.</param>
    /// <param name="client">The only address datagrams are taken from.</param>
    /// <param name="published">The ports whose datagrams it may carry when one of them turns out to be the client's, or null.</param>
    /// <exception cref="System.Net.Sockets.SocketException">There is no port left, or the address is gone.</exception>
    internal SocksAssociation(Router router, IPAddress local, IPAddress client, PublishedPorts? published)
    {
        _client = client;
        _published = published;
        _outlet = new UdpOutlet(router, this);
        try
        {
            _socket = DatagramSocket.OnAddress(local);
        }
        catch
        {
            _outlet.Dispose();
            throw;
        }
    }

    /// <summary>Where the client sends its datagrams to.</summary>
    internal IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>Datagrams that were malformed, foreign, refused, or could not be sent.</summary>
    internal long Dropped => Volatile.Read(ref _dropped) + _outlet.Dropped + _socket.Lost;

    public void Dispose()
    {
        _outlet.PublishedPort?.Dispose();
        _socket.Dispose();
        _outlet.Dispose();
    }

    public ValueTask DeliverAsync(Memory<byte> frame, int dataLength, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _clientPort) is not { } client)
        {
            Interlocked.Increment(ref _dropped);
            return ValueTask.CompletedTask;
        }

        AddressedFrame.MarkForClient(frame.Span);
        return _socket.SendAsync(frame, client, cancellationToken);
    }

    public void Take(Span<byte> frame)
    {
        if (Volatile.Read(ref _clientPort) is not { } client)
        {
            return;
        }

        AddressedFrame.MarkForClient(frame);
        _socket.SendNearby(frame, client);
    }

    /// <summary>Carries datagrams until the client ends its TCP connection.</summary>
    internal async Task RunAsync(Stream control, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] ways = [_outlet.RunAsync(end.Token), ReceiveAsync(end.Token)];
        try
        {
            await Task.WhenAny([WatchAsync(control, end.Token), .. ways]).Unwrap().ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(ways).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Nothing is ever said on it again; its end is the end of the association.
    private static async Task WatchAsync(Stream control, CancellationToken cancellationToken)
    {
        var ignored = new byte[64];
        while (await control.ReadAsync(ignored, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ushort.MaxValue);
        var source = _socket.NewSource();
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer.AsMemory(0, ushort.MaxValue), source, cancellationToken).ConfigureAwait(false);
                if (!IsClient(source) || !IsWhole(buffer.AsSpan(0, length)))
                {
                    Interlocked.Increment(ref _dropped);
                    continue;
                }

                TakePublishedPort();
                await _outlet.SendAsync(buffer.AsMemory(AddressedFrame.PrefixLength, length - AddressedFrame.PrefixLength), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Fragments are optional in RFC 1928, and nobody sends them.
    private static bool IsWhole(ReadOnlySpan<byte> datagram) => datagram.Length > AddressedFrame.PrefixLength && datagram[2] == 0;

    private bool IsClient(SocketAddress source)
    {
        if (_clientPort is { } known)
        {
            return source.Equals(known);
        }

        var from = (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(source);
        if (!from.Address.Equals(_client) || from.Port == 0)
        {
            return false;
        }

        Volatile.Write(ref _clientPort, from.Serialize());
        _clientEndPoint = from;
        return true;
    }

    // Which ports are published may change while the association lasts.
    private void TakePublishedPort()
    {
        if (_published is null)
        {
            return;
        }

        if (_published.Contains(_clientEndPoint!))
        {
            // Tried again as long as an association has it that is older, perhaps of a connection the same client has given up.
            _outlet.PublishedPort ??= _published.TryTake(_clientEndPoint!, this);
        }
        else if (_outlet.PublishedPort is { } taken)
        {
            _outlet.PublishedPort = null;
            taken.Dispose();
        }
    }
}
