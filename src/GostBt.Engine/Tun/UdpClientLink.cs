using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>A client's plain UDP connection: neither encrypted nor protected by more than the passphrase, as with gost.</summary>
internal sealed class UdpClientLink : PeerLink, IClientLink
{
    private const int SocketBuffer = 4 * 1024 * 1024;

    private readonly Socket _socket;

    private UdpClientLink(Socket socket, IPAddress remote)
        : base(UdpTransmitter.CreateQueue())
    {
        _socket = socket;
        Remote = remote;
    }

    /// <inheritdoc/>
    internal override IPAddress Remote { get; }

    /// <summary>False: a datagram of that size would be sent in fragments.</summary>
    internal override bool CarriesSuperPackets => false;

    /// <inheritdoc/>
    public PeerLink Link => this;

    /// <summary>Resolves the server and binds to it.</summary>
    /// <exception cref="IOException">It does not resolve, or there is no route.</exception>
    internal static async Task<IClientLink> ConnectAsync(HostPort local, HostPort server, IHostResolver resolver, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            var remote = (await server.ResolveAsync(resolver, cancellationToken).ConfigureAwait(false))[0];
            var any = remote.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            var from = local.Host.Length == 0 ? any : await local.ResolveLocalAsync(resolver, cancellationToken).ConfigureAwait(false);
            socket = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
            {
                Blocking = false,
                ReceiveBufferSize = SocketBuffer,
                SendBufferSize = SocketBuffer,
            };
            if (from.AddressFamily == remote.AddressFamily)
            {
                socket.Bind(new IPEndPoint(from, local.Port));
            }

            await socket.ConnectAsync(remote, server.Port, cancellationToken).ConfigureAwait(false);
            return new UdpClientLink(socket, remote);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException(e.Message, e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(IDatagramHandler handler, CancellationToken cancellationToken)
    {
        var sending = UdpTransmitter.RunAsync(Queue, _socket, destination: null);
        try
        {
            await ReceiveAsync(handler, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Queue.Complete();
            await sending.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(IDatagramHandler handler, CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(VnetHeader.Size + ushort.MaxValue, pinned: true);
        while (true)
        {
            try
            {
                var receiving = _socket.ReceiveAsync(buffer.AsMemory(VnetHeader.Size), SocketFlags.None, cancellationToken);
                if (!receiving.IsCompleted)
                {
                    handler.Flush();
                }

                var read = await receiving.ConfigureAwait(false);
                Hear();
                handler.Handle(buffer.AsSpan(0, VnetHeader.Size + read));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.MessageSize or SocketError.ConnectionReset
                or SocketError.HostUnreachable or SocketError.NetworkUnreachable)
            {
                // An ICMP error for an earlier datagram: the server may be restarting. Keepalives decide whether the link is dead.
            }
            catch (SocketException e)
            {
                throw new IOException(e.Message, e);
            }
        }
    }
}
