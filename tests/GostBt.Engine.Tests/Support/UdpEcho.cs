using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Tests.Support;

/// <summary>A UDP server that sends back what it gets.</summary>
internal sealed class UdpEcho : IDisposable
{
    private readonly UdpClient _socket;
    private int _received;

    internal UdpEcho(IPAddress? address = null)
    {
        _socket = new UdpClient(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        _ = EchoAsync();
    }

    internal IPEndPoint EndPoint => (IPEndPoint)_socket.Client.LocalEndPoint!;

    internal int Port => EndPoint.Port;

    internal int Received => Volatile.Read(ref _received);

    /// <summary>Who sent the last datagram.</summary>
    internal IPEndPoint? LastSender { get; private set; }

    public void Dispose() => _socket.Dispose();

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                var datagram = await _socket.ReceiveAsync();
                LastSender = datagram.RemoteEndPoint;
                Interlocked.Increment(ref _received);
                await _socket.SendAsync(datagram.Buffer, datagram.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }
}
