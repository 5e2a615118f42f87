using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace GostBt.Engine.Udp;

/// <summary>
/// A UDP socket that outlives its datagrams. One that cannot be sent, or an ICMP error about one sent earlier, is a datagram lost, as any other; it
/// never ends the association (gost's does, for good, after one unroutable datagram, and DHT sends those).
/// </summary>
internal sealed class DatagramSocket : IDisposable
{
    private const int BufferSize = 1 << 20;
    private static readonly TimeSpan AfterManyErrors = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private long _lost;

    private DatagramSocket(Socket socket)
    {
        _socket = socket;
        socket.SendBufferSize = BufferSize;
        socket.ReceiveBufferSize = BufferSize;
    }

    /// <summary>Datagrams that could not be sent.</summary>
    internal long Lost => Volatile.Read(ref _lost);

    internal IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>A socket on a port the system picks, for both families where the system has both.</summary>
    /// <exception cref="SocketException">There is no port left.</exception>
    internal static DatagramSocket OnAnyAddress()
    {
        try
        {
            return Bind(new IPEndPoint(IPAddress.IPv6Any, 0), dualMode: true);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return Bind(new IPEndPoint(IPAddress.Any, 0), dualMode: false);
        }
    }

    /// <summary>A socket on one address of this machine, on a port the system picks.</summary>
    /// <exception cref="SocketException">The address is gone.</exception>
    internal static DatagramSocket OnAddress(IPAddress address) => Bind(new IPEndPoint(address, 0), dualMode: false);

    public void Dispose() => _socket.Dispose();

    /// <summary>An address as this socket takes it, or null where the socket has no such family.</summary>
    internal SocketAddress? Native(IPAddress address, int port)
    {
        if (_socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return new IPEndPoint(address.MapToIPv6(), port).Serialize();
        }

        return address.AddressFamily == AddressFamily.InterNetwork ? new IPEndPoint(address, port).Serialize() : null;
    }

    /// <summary>Room for the source of a datagram.</summary>
    internal SocketAddress NewSource() => new(_socket.AddressFamily);

    /// <summary>Sends, or counts the datagram as lost.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> datagram, SocketAddress to, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendToAsync(datagram, SocketFlags.None, to, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Sends to a socket of this machine, which takes a datagram at once or not at all, or counts it as lost. May be called while it is disposed of.</summary>
    internal void SendNearby(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, to);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Waits for the next datagram.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketAddress source, CancellationToken cancellationToken)
    {
        for (var errors = 1; ; errors++)
        {
            try
            {
                return await _socket.ReceiveFromAsync(buffer, SocketFlags.None, source, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException) when (!cancellationToken.IsCancellationRequested)
            {
                // An ICMP error reported late. Should they never stop, they shall not eat the processor.
                if (errors % 16 == 0)
                {
                    await Task.Delay(AfterManyErrors, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static DatagramSocket Bind(IPEndPoint endPoint, bool dualMode)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (dualMode)
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            return new DatagramSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
