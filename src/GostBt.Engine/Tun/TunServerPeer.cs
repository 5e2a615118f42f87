using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>What a server does with the datagrams of one link: keepalives authenticate and route, packets pass if their source was announced.</summary>
internal sealed class TunServerPeer(TunServerContext context, PeerLink link, TunWriter writer) : IDatagramHandler
{
    private const int MostAddresses = 16;

    private readonly HashSet<TunnelAddress> _announced = [];
    private int _plainHellos;
    private int _extendedHellos;

    /// <summary>The link.</summary>
    internal PeerLink Link => link;

    /// <summary>Whether a keepalive was accepted.</summary>
    internal bool IsKnown { get; private set; }

    /// <summary>
    /// Keepalives accepted, of the kind that came more often: a bundled client begins with one of each. One that sent only one may have them switched off.
    /// </summary>
    internal int Keepalives => Math.Max(_plainHellos, _extendedHellos);

    /// <inheritdoc/>
    public void Handle(Span<byte> room)
    {
        var datagram = room[VnetHeader.Size..];
        if (Keepalive.IsKeepalive(datagram))
        {
            Greet(datagram);
        }
        else if (IsKnown)
        {
            Pass(room);
        }
    }

    /// <inheritdoc/>
    public void Flush() => writer.Flush();

    private void Pass(Span<byte> room)
    {
        if (!TunWriter.TryParse(room, link.Queue.SuperPackets, out var packet)
            || !context.Peers.MaySend(packet.Ip.Source(packet.Data), link))
        {
            return;
        }

        link.Hear();
        if (!context.Settings.PointToPoint && context.Peers.Find(packet.Ip.Destination(packet.Data)) is { } other)
        {
            other.Queue.Post(packet, TimeSpan.Zero);
        }
        else
        {
            writer.Write(room, packet);
        }
    }

    private void Greet(ReadOnlySpan<byte> datagram)
    {
        if (!Keepalive.TryParseHello(datagram, out var addresses, out var capabilities))
        {
            return;
        }

        var accepted = false;
        for (; addresses.Length > 0; addresses = addresses[TunnelAddress.Size..])
        {
            accepted |= Accept(TunnelAddress.FromIpv6(addresses[..TunnelAddress.Size]), Keepalive.Passphrase(datagram));
        }

        if (!accepted)
        {
            return;
        }

        IsKnown = true;
        link.Hear();
        if (capabilities is null)
        {
            _plainHellos++;
        }
        else
        {
            _extendedHellos++;
            capabilities = (byte)(capabilities & (link.CarriesSuperPackets ? Keepalive.SuperPackets : 0));
            link.Queue.SuperPackets = capabilities != 0;
        }

        Span<byte> answer = stackalloc byte[Keepalive.ExtendedAnswerSize];
        link.Queue.Post(answer[..Keepalive.Answer(answer, link.Remote, capabilities)]);
    }

    private bool Accept(TunnelAddress address, ReadOnlySpan<byte> passphrase)
    {
        if (_announced.Count >= MostAddresses && !_announced.Contains(address))
        {
            return false;
        }

        if (!context.Settings.Networks.Any(n => n.Contains(address)) || context.Settings.Networks.Any(n => n.Own == address))
        {
            return false;
        }

        if (!context.Authenticator.Allows(address, passphrase))
        {
            context.Log.Debug($"{context.Settings.Service}: refused to route {address}: wrong passphrase, or not in the auther");
            return false;
        }

        _announced.Add(address);
        if (context.Peers.Announce(address, link))
        {
            context.Log.Debug($"{context.Settings.Service}: {address} is reached over {link.Remote}");
        }

        return true;
    }
}
