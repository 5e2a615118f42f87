using System.Net;
using System.Net.Sockets;

namespace GostBt.Net;

/// <summary>A UDP socket of this PC. A port that refused an earlier datagram does not end it.</summary>
internal sealed class DirectDatagrams : IDatagramChannel
{
    private const int WsaIoctlUdpConnReset = -1744830452;
    private readonly UdpClient _socket;

    /// <param name="local">Address and port to come from.</param>
    /// <param name="exclusive">Whether nobody else may have the port; else it is up to the system.</param>
    public DirectDatagrams(IPEndPoint local, bool exclusive = false)
    {
        _socket = new UdpClient(local.AddressFamily);
        try
        {
            _socket.ExclusiveAddressUse = exclusive;
            _socket.Client.Bind(local);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        if (Path.DirectorySeparatorChar == '\\')
        {
            // Else Windows fails the next receive with "connection reset" after a port unreachable.
            _socket.Client.IOControl(WsaIoctlUdpConnReset, [0, 0, 0, 0], null);
        }
    }

    public async Task SendAsync(byte[] payload, string host, int port, CancellationToken cancellationToken)
    {
        var address = await DirectPath.ResolveAsync(host, _socket.Client.AddressFamily, cancellationToken).ConfigureAwait(false);
        await SendAsync(payload, new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
    }

    public Task SendAsync(byte[] payload, IPEndPoint destination, CancellationToken cancellationToken) =>
        Cancellable.RunAsync(_socket, () => _socket.SendAsync(payload, payload.Length, destination), cancellationToken);

    public async Task<Datagram> ReceiveAsync(CancellationToken cancellationToken)
    {
        var result = await Cancellable.RunAsync(_socket, _socket.ReceiveAsync, cancellationToken).ConfigureAwait(false);
        return new Datagram(result.RemoteEndPoint, result.Buffer);
    }

    public void Dispose() => _socket.Dispose();
}
