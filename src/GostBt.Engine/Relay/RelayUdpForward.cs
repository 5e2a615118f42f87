using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using GostBt.Engine.Routing;
using GostBt.Engine.Udp;

namespace GostBt.Engine.Relay;

/// <summary>A UDP tunnel to one destination: frames of two bytes of length and a datagram (go-gost/x/handler/relay udpConn).</summary>
internal sealed class RelayUdpForward : IDisposable
{
    private const int LengthBytes = 2;

    private readonly Router _router;
    private readonly string? _name;
    private readonly IPEndPoint _target;
    private readonly SocketAddress _native;
    private readonly DatagramSocket _socket;

    /// <param name="router">Judges the target again when a rule changes.</param>
    /// <param name="name">The host name the target was looked up from, if it was.</param>
    /// <param name="target">Where datagrams go.</param>
    /// <param name="socket">What they leave from; it is disposed of with this.</param>
    /// <exception cref="RouteException">The socket cannot reach the target's family; it is disposed of.</exception>
    internal RelayUdpForward(Router router, string? name, IPEndPoint target, DatagramSocket socket)
    {
        _router = router;
        _name = name;
        _target = target;
        _socket = socket;
        if (_socket.Native(target.Address, target.Port) is not { } native)
        {
            _socket.Dispose();
            throw new RouteException(RouteFailure.NetworkUnreachable);
        }

        _native = native;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Carries datagrams until the client ends the stream.</summary>
    internal async Task RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] ways = [SendAsync(stream, end.Token), ReceiveAsync(stream, end.Token)];
        await Task.WhenAny(ways).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(ways).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        var generation = _router.Generation;
        var buffer = ArrayPool<byte>.Shared.Rent(LengthBytes + ushort.MaxValue);
        try
        {
            for (var end = 0; ;)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return;
                }

                end += read;
                var start = 0;
                while (end - start >= LengthBytes && BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start)) is var length && end - start >= LengthBytes + length)
                {
                    // The rules may have changed since the tunnel was opened.
                    if (_router.Generation is var now && now != generation)
                    {
                        generation = now;
                        if (_router.Judge(_name, _target.Address, _target.Port) != Verdict.Direct)
                        {
                            return;
                        }
                    }

                    await _socket.SendAsync(buffer.AsMemory(start + LengthBytes, length), _native, cancellationToken).ConfigureAwait(false);
                    start += LengthBytes + length;
                }

                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReceiveAsync(Stream stream, CancellationToken cancellationToken)
    {
        var source = _socket.NewSource();
        var buffer = ArrayPool<byte>.Shared.Rent(LengthBytes + ushort.MaxValue);
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer.AsMemory(LengthBytes, ushort.MaxValue), source, cancellationToken).ConfigureAwait(false);
                if (length == 0 || !source.Equals(_native))
                {
                    continue;
                }

                BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
                await stream.WriteAsync(buffer.AsMemory(0, LengthBytes + length), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
