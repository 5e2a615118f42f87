using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>A SOCKS5 client (RFC 1928, RFC 1929): CONNECT, and UDP ASSOCIATE without fragments. Names are resolved by the proxy.</summary>
/// <param name="proxy">The proxy's address.</param>
/// <param name="username">1 to 255 bytes; null when the proxy asks for nobody.</param>
/// <param name="password">1 to 255 bytes.</param>
public sealed class Socks5Client(IPEndPoint proxy, string? username = null, string? password = null) : INetworkPath
{
    private const byte Connect = 1;
    private const byte UdpAssociate = 3;
    private const byte NoAuthentication = 0;
    private const byte UserAndPassword = 2;

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await RequestAsync(socket, Connect, Socks5Address.Encode(host, port), host, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IDatagramChannel> OpenDatagramsAsync(CancellationToken cancellationToken)
    {
        var control = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The port we will send from is not known to be the one a NAT shows, hence zeros (RFC 1928, section 6).
            var relay = await RequestAsync(control, UdpAssociate, Socks5Address.Encode("0.0.0.0", 0), "UDP", cancellationToken).ConfigureAwait(false);
            var address = relay.Address.Equals(IPAddress.Any) || relay.Address.Equals(IPAddress.IPv6Any) ? proxy.Address : relay.Address;
            var local = ((IPEndPoint)control.LocalEndPoint!).Address;
            return new Socks5Datagrams(control, new IPEndPoint(local, 0), new IPEndPoint(address, relay.Port));
        }
        catch
        {
            control.Dispose();
            throw;
        }
    }

    private async Task<Socket> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(proxy.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Cancellable.RunAsync(socket, () => socket.ConnectAsync(proxy), cancellationToken).ConfigureAwait(false);
            await GreetAsync(socket, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new GostBtException(
                GostBtFailure.HostUnreachable,
                $"The SOCKS5 proxy {proxy} cannot be reached: {e.Message}",
                "Check that the tunnel is up (Get-GostBtTunnel) and that the proxy's address and port are right.",
                e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task GreetAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] greeting = username is null ? [5, 1, NoAuthentication] : [5, 2, NoAuthentication, UserAndPassword];
        await SendAsync(socket, greeting, cancellationToken).ConfigureAwait(false);
        var method = await ReceiveAsync(socket, 2, cancellationToken).ConfigureAwait(false);
        if (method[0] != 5)
        {
            throw Refused($"What listens on {proxy} does not speak SOCKS5.", "Check the proxy's port.");
        }

        if (method[1] == UserAndPassword && username is not null)
        {
            var user = Encoding.UTF8.GetBytes(username);
            var pass = Encoding.UTF8.GetBytes(password ?? string.Empty);
            await SendAsync(socket, [1, (byte)user.Length, .. user, (byte)pass.Length, .. pass], cancellationToken).ConfigureAwait(false);
            var status = await ReceiveAsync(socket, 2, cancellationToken).ConfigureAwait(false);
            if (status[1] != 0)
            {
                throw Refused($"The SOCKS5 proxy {proxy} refuses the user or the password.", "Check the credentials.");
            }
        }
        else if (method[1] != NoAuthentication)
        {
            throw Refused($"The SOCKS5 proxy {proxy} asks for a user and a password.", "Give the credentials.");
        }
    }

    private async Task<IPEndPoint> RequestAsync(Socket socket, byte command, byte[] address, string what, CancellationToken cancellationToken)
    {
        await SendAsync(socket, [5, command, 0, .. address], cancellationToken).ConfigureAwait(false);
        var head = await ReceiveAsync(socket, 4, cancellationToken).ConfigureAwait(false);
        if (head[1] != 0)
        {
            throw Refused($"The SOCKS5 proxy {proxy} refuses {what}: {Reason(head[1])}.", "Check the destination and the split route (Get-GostBtSplitRoute).");
        }

        var length = Socks5Address.LengthOf(head[3], () => throw Refused($"The SOCKS5 proxy {proxy} answers with a name.", "Use another proxy."));
        var rest = await ReceiveAsync(socket, length, cancellationToken).ConfigureAwait(false);
        return Socks5Address.ToEndPoint(rest);
    }

    private static Task<int> SendAsync(Socket socket, byte[] data, CancellationToken cancellationToken) =>
        Cancellable.RunAsync(socket, () => socket.SendAsync(new ArraySegment<byte>(data), SocketFlags.None), cancellationToken);

    private async Task<byte[]> ReceiveAsync(Socket socket, int count, CancellationToken cancellationToken)
    {
        var data = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var segment = new ArraySegment<byte>(data, filled, count - filled);
            var read = await Cancellable.RunAsync(socket, () => socket.ReceiveAsync(segment, SocketFlags.None), cancellationToken).ConfigureAwait(false);
            filled += read > 0 ? read : throw Refused($"The SOCKS5 proxy {proxy} closed the connection.", "See the tunnel's log.");
        }

        return data;
    }

    private static string Reason(byte code) => code switch
    {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "time to live expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "reason " + code.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static GostBtException Refused(string message, string remedy) => new(GostBtFailure.HostUnreachable, message, remedy);
}
