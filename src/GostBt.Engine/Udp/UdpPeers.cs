using System.Collections.Concurrent;
using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Routing;

namespace GostBt.Engine.Udp;

/// <summary>What was decided about the addresses of one association, so that deciding costs once an address and not once a datagram.</summary>
internal sealed class UdpPeers(Router router, DatagramSocket? direct)
{
    private const int Maximum = 4096;

    private readonly ConcurrentDictionary<AddressKey, UdpPeer> _peers = new();

    /// <param name="address">A SOCKS5 address of type IPv4 or IPv6.</param>
    internal UdpPeer this[ReadOnlySpan<byte> address]
    {
        get
        {
            var key = AddressKey.Of(address);
            var generation = router.Generation;
            if (_peers.TryGetValue(key, out var peer) && peer.Generation == generation)
            {
                return peer;
            }

            if (!SocksAddress.TryRead(address, out var destination, out _))
            {
                throw new ArgumentException("No address of type IPv4 or IPv6.", nameof(address));
            }

            if (_peers.Count >= Maximum)
            {
                // DHT talks to thousands once each. Forgetting them all costs one decision each, keeping them all costs memory without end.
                _peers.Clear();
            }

            return _peers[key] = Judge(null, destination.Address!, destination.Port, generation);
        }
    }

    /// <summary>The first choice among a host name's addresses: as for TCP, one that takes the chain before one that goes direct, IPv4 first.</summary>
    internal (IPAddress Address, UdpPeer Peer)? Best(string? name, IReadOnlyList<IPAddress> addresses, int port)
    {
        var generation = router.Generation;
        var choices = addresses
            .Ipv4First()
            .Select(address => (Address: address, Peer: Judge(name, address, port, generation)))
            .Where(choice => choice.Peer.Verdict != Verdict.Refused)
            .OrderByDescending(choice => choice.Peer.Verdict)
            .ToList();
        return choices.Count > 0 ? choices[0] : null;
    }

    private UdpPeer Judge(string? name, IPAddress address, int port, int generation)
    {
        var verdict = port == 0 || IsNobody(address) ? Verdict.Refused : router.Judge(name, address, port);
        return new UdpPeer(verdict == Verdict.Direct ? direct!.Native(address, port) : null, verdict, generation);
    }

    // Unspecified, broadcast, multicast: no single host that could answer.
    private static bool IsNobody(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast)
            || (length == 4 ? bytes[0] is >= 224 and <= 239 : bytes[0] == 0xff);
    }
}
