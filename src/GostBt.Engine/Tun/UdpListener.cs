using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;
using GostBt.Engine.Packets;
using GostBt.Model;

namespace GostBt.Engine.Tun;

/// <summary>A TUN server's UDP socket: finds each sender's peer, makes one for a sender whose keepalive is accepted, forgets silent ones.</summary>
internal sealed class UdpListener : IDisposable
{
    private const int MostPeers = 512;
    private const int SocketBuffer = 4 * 1024 * 1024;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5);

    private readonly TunServerContext _context;
    private readonly Socket _socket;
    private readonly ConcurrentDictionary<SocketAddress, TunServerPeer> _peers = new();
    private readonly TunWriter _writer;

    private UdpListener(TunServerContext context, Socket socket)
    {
        _context = context;
        _socket = socket;
        _writer = new TunWriter(context.Device);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Where it listens.</summary>
    internal IPEndPoint LocalEndPoint { get; }

    /// <summary>Binds the socket.</summary>
    /// <exception cref="GostBtException">The port is taken or not allowed, or the address is none of this machine's.</exception>
    internal static async Task<UdpListener> BindAsync(TunServerContext context, IHostResolver resolver, CancellationToken cancellationToken)
    {
        var listen = context.Settings.Listen;
        Socket? socket = null;
        try
        {
            var address = listen.Host.Length > 0 ? await listen.ResolveLocalAsync(resolver, cancellationToken).ConfigureAwait(false)
                : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any
                : IPAddress.Any;
            socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
            {
                Blocking = false,
                ReceiveBufferSize = SocketBuffer,
                SendBufferSize = SocketBuffer,
            };
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, listen.Port));
            return new UdpListener(context, socket);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new GostBtException(
                GostBtFailure.Conflict,
                $"Service {context.Settings.Service} cannot listen on UDP {listen}: {e.Message}.",
                "Stop what listens there, or choose another addr.",
                e);
        }
    }

    /// <summary>Receives until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var sweeping = SweepAsync(cancellationToken);
        try
        {
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var peer in _peers.Values)
            {
                peer.Link.Queue.Complete();
            }

            await Task.WhenAll(_peers.Values.Select(p => ((UdpPeerLink)p.Link).Sending)).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(VnetHeader.Size + ushort.MaxValue, pinned: true);
        var sender = new SocketAddress(_socket.AddressFamily);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var receiving = _socket.ReceiveFromAsync(buffer.AsMemory(VnetHeader.Size), SocketFlags.None, sender, cancellationToken);
                if (!receiving.IsCompleted)
                {
                    _writer.Flush();
                }

                var read = await receiving.ConfigureAwait(false);
                Take(buffer.AsSpan(0, VnetHeader.Size + read), sender);
            }
            catch (SocketException)
            {
                // An ICMP error that an earlier datagram caused, or a datagram too long for any IP packet: neither says anything about the next.
            }
        }
    }

    private void Take(Span<byte> room, SocketAddress sender)
    {
        if (_peers.TryGetValue(sender, out var peer))
        {
            peer.Handle(room);
            return;
        }

        if (_peers.Count >= MostPeers || !Keepalive.IsKeepalive(room[VnetHeader.Size..]))
        {
            return;
        }

        var address = Copy(sender);
        var link = new UdpPeerLink(_socket, address, (IPEndPoint)LocalEndPoint.Create(address));
        peer = new TunServerPeer(_context, link, _writer);
        peer.Handle(room);
        if (peer.IsKnown)
        {
            _peers[address] = peer;
        }
        else
        {
            link.Queue.Complete();
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepPeriod);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var (address, peer) in _peers)
            {
                if (!PeerLifetime.HasEnded(peer, _context) || !_peers.TryRemove(address, out _))
                {
                    continue;
                }

                _context.Peers.Remove(peer.Link);
                peer.Link.Queue.Complete();
                _context.Log.Debug($"{_context.Settings.Service}: forgot {peer.Link.Remote}");
            }
        }
    }

    private static SocketAddress Copy(SocketAddress source)
    {
        var copy = new SocketAddress(source.Family, source.Size);
        source.Buffer.Span[..source.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
