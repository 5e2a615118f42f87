using System.Buffers;
using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Routing;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Udp;

/// <summary>
/// One association's way out: each datagram is judged by its own destination, and refused, sent from here, or sent through the chain.
/// </summary>
internal sealed class UdpOutlet : IDisposable
{
    private readonly Router _router;
    private readonly IDatagramSink _sink;
    private readonly DatagramSocket? _direct;
    private readonly ChainUdpTunnel? _tunnel;
    private readonly UdpPeers _peers;
    private readonly UdpNames _names;
    private long _dropped;

    /// <exception cref="System.Net.Sockets.SocketException">There is no port left.</exception>
    internal UdpOutlet(Router router, IDatagramSink sink)
    {
        _router = router;
        _sink = sink;
        _direct = router.MayGoDirect ? DatagramSocket.OnAnyAddress() : null;
        _tunnel = router.Chain is null ? null : new ChainUdpTunnel(router.Chain, sink);
        _peers = new UdpPeers(router, _direct);
        _names = new UdpNames(router);
    }

    /// <summary>Datagrams that were malformed, refused, or could not be sent.</summary>
    internal long Dropped => Volatile.Read(ref _dropped) + (_direct?.Lost ?? 0) + (_tunnel?.Dropped ?? 0);

    /// <summary>Where datagrams for the chain leave from if they can, in place of a port at the chain's far end: a published one.</summary>
    internal TakenPort? PublishedPort { get; set; }

    /// <summary>The socket datagrams leave from, if any may.</summary>
    internal IPEndPoint? LocalEndPoint => _direct?.LocalEndPoint;

    public void Dispose() => _direct?.Dispose();

    /// <summary>Brings back what comes in, until cancelled or the sink's end is gone.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tasks = new List<Task>();
        if (_direct is not null)
        {
            tasks.Add(ReceiveAsync(_direct, either.Token));
        }

        if (_tunnel is not null)
        {
            tasks.Add(_tunnel.RunAsync(either.Token));
        }

        var first = await Task.WhenAny(tasks).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    /// <summary>Sends one datagram where it may go; one that may not or cannot is counted and forgotten.</summary>
    /// <param name="addressed">A SOCKS5 address and the data after it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal ValueTask SendAsync(ReadOnlyMemory<byte> addressed, CancellationToken cancellationToken)
    {
        var bytes = addressed.Span;
        var length = SocksAddress.Length(bytes);
        if (length <= 0 || length >= bytes.Length)
        {
            return Drop();
        }

        return bytes[0] == SocksAddress.Name
            ? SendToNameAsync(addressed, length, cancellationToken)
            : Forward(_peers[bytes[..length]], addressed, length, cancellationToken);
    }

    private ValueTask Forward(UdpPeer peer, ReadOnlyMemory<byte> addressed, int addressLength, CancellationToken cancellationToken) => peer switch
    {
        { Verdict: Verdict.Direct, Native: { } native } => _direct!.SendAsync(addressed[addressLength..], native, cancellationToken),
        { Verdict: Verdict.Chain } when addressed.Span[0] == SocksAddress.IPv4 && PublishedPort is { } port =>
            port.Send(addressed.Span) ? ValueTask.CompletedTask : Drop(),
        { Verdict: Verdict.Chain } => _tunnel!.SendAsync(addressed, addressLength),
        _ => Drop(),
    };

    private ValueTask Drop()
    {
        Interlocked.Increment(ref _dropped);
        return ValueTask.CompletedTask;
    }

    private ValueTask SendToNameAsync(ReadOnlyMemory<byte> addressed, int length, CancellationToken cancellationToken)
    {
        if (!SocksAddress.TryRead(addressed.Span, out var destination, out _))
        {
            return Drop();
        }

        if (destination.Address is { } literal)
        {
            return SendToBestAsync(destination, [literal], addressed[length..], cancellationToken);
        }

        if (_router.LeavesNamesToChain)
        {
            return _tunnel!.SendAsync(addressed, length);
        }

        if (_names.TryGet(destination.Name!, out var addresses))
        {
            return SendToBestAsync(destination, addresses, addressed[length..], cancellationToken);
        }

        // A lookup takes its time; the other datagrams do not wait for it, and it has a copy of its own.
        var data = ArrayPool<byte>.Shared.Rent(addressed.Length - length);
        addressed[length..].CopyTo(data);
        _ = LookUpAndSendAsync(destination, data, addressed.Length - length, cancellationToken);
        return ValueTask.CompletedTask;
    }

    private async Task LookUpAndSendAsync(Destination destination, byte[] data, int length, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await _names.LookUpAsync(destination, cancellationToken).ConfigureAwait(false) ?? [];
            await SendToBestAsync(destination, addresses, data.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The association ended meanwhile.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(data);
        }
    }

    private async ValueTask SendToBestAsync(Destination destination, IReadOnlyList<IPAddress> addresses, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_peers.Best(destination.Name, addresses, destination.Port) is not var (address, peer))
        {
            await Drop().ConfigureAwait(false);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(SocksAddress.MaximumLength + data.Length);
        try
        {
            var length = SocksAddress.Write(buffer, new Destination(null, address, destination.Port));
            data.CopyTo(buffer.AsMemory(length));
            await Forward(peer, buffer.AsMemory(0, length + data.Length), length, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReceiveAsync(DatagramSocket socket, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(AddressedFrame.LiteralHeaderLength + ushort.MaxValue);
        var source = socket.NewSource();
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer.AsMemory(AddressedFrame.LiteralHeaderLength, ushort.MaxValue), source, cancellationToken).ConfigureAwait(false);
                var start = AddressedFrame.WriteSource(buffer, source);
                if (length == 0 || _peers[buffer.AsSpan(start + AddressedFrame.PrefixLength)].Verdict == Verdict.Refused)
                {
                    await Drop().ConfigureAwait(false);
                    continue;
                }

                await _sink.DeliverAsync(buffer.AsMemory(start, AddressedFrame.LiteralHeaderLength - start + length), length, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
