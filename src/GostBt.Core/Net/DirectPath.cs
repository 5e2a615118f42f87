using System.Net;
using System.Net.Sockets;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>The way this PC's own routes take, from one of its addresses if told so.</summary>
/// <param name="local">The address to come from; null leaves it to the system.</param>
public sealed class DirectPath(IPAddress? local = null) : INetworkPath
{
    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var address = await ResolveAsync(host, local?.AddressFamily, cancellationToken).ConfigureAwait(false);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (local is not null)
            {
                socket.Bind(new IPEndPoint(local, 0));
            }

            await Cancellable.RunAsync(socket, () => socket.ConnectAsync(new IPEndPoint(address, port)), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Unreachable(host, port, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IDatagramChannel> OpenDatagramsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IDatagramChannel>(new DirectDatagrams(new IPEndPoint(local ?? IPAddress.Any, 0)));

    /// <param name="host">A DNS name or an address.</param>
    /// <param name="family">The family wanted; null prefers IPv4.</param>
    /// <param name="cancellationToken">Checked before the look-up.</param>
    internal static async Task<IPAddress> ResolveAsync(string host, AddressFamily? family, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IPAddress.TryParse(host, out var literal))
        {
            return literal;
        }

        IPAddress[] found;
        try
        {
            found = await Dns.GetHostAddressesAsync(host).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new GostBtException(GostBtFailure.HostUnreachable, $"The name {host} does not resolve.", "Check the name and this PC's DNS.", e);
        }

        return found.Where(a => family is null || a.AddressFamily == family).OrderBy(a => a.AddressFamily).FirstOrDefault()
            ?? throw new GostBtException(GostBtFailure.HostUnreachable, $"The name {host} has no address of the family wanted.", "Check the name.");
    }

    private static GostBtException Unreachable(string host, int port, SocketException e) => new(
        GostBtFailure.HostUnreachable,
        $"{host} port {port} cannot be reached: {e.Message}",
        "Check the address, the port and the network between.",
        e);
}
