using System.Net;
using System.Net.Sockets;

namespace GostBt.Net;

/// <summary>A UDP association of a SOCKS5 proxy; it lives as long as its control connection.</summary>
internal sealed class Socks5Datagrams : IDatagramChannel
{
    private readonly Socket _control;
    private readonly UdpClient _socket;
    private readonly IPEndPoint _relay;

    public Socks5Datagrams(Socket control, IPEndPoint local, IPEndPoint relay)
    {
        _control = control;
        _relay = relay;
        _socket = new UdpClient(local);
    }

    public Task SendAsync(byte[] payload, string host, int port, CancellationToken cancellationToken)
    {
        byte[] datagram = [0, 0, 0, .. Socks5Address.Encode(host, port), .. payload];
        return Cancellable.RunAsync(_socket, () => _socket.SendAsync(datagram, datagram.Length, _relay), cancellationToken);
    }

    public async Task<Datagram> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await Cancellable.RunAsync(_socket, _socket.ReceiveAsync, cancellationToken).ConfigureAwait(false);
            if (result.RemoteEndPoint.Equals(_relay) && Unwrap(result.Buffer) is { } datagram)
            {
                return datagram;
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _control.Dispose();
    }

    // Fragments and sources given by name are dropped, as RFC 1928 lets an implementation that does not support them.
    private static Datagram? Unwrap(byte[] data)
    {
        if (data.Length < 4 || data[2] != 0)
        {
            return null;
        }

        var length = Socks5Address.LengthOf(data[3], () => 0);
        return length > 0 && data.Length >= 4 + length
            ? new Datagram(Socks5Address.ToEndPoint(data.Skip(4).Take(length).ToArray()), data.Skip(4 + length).ToArray())
            : null;
    }
}
