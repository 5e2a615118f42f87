using System.Collections.Concurrent;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>Which tunnel address is reached over which link. The last one to announce an address, with the right to, has it.</summary>
internal sealed class PeerTable(bool pointToPoint)
{
    private readonly ConcurrentDictionary<TunnelAddress, PeerLink> _routes = new();
    private readonly Lock _gate = new();
    private volatile bool _hasSinglePeer = true;

    /// <summary>Whether one link is all there is: only then is waiting for it fair to everyone.</summary>
    internal bool HasSinglePeer => _hasSinglePeer;

    /// <summary>Routes an address to a link.</summary>
    /// <returns>Whether that is new.</returns>
    internal bool Announce(TunnelAddress address, PeerLink link)
    {
        var key = Key(address);
        if (_routes.TryGetValue(key, out var before) && before == link)
        {
            return false;
        }

        lock (_gate)
        {
            _routes[key] = link;
            Recount();
        }

        return true;
    }

    /// <summary>The link to a tunnel address, or null.</summary>
    internal PeerLink? Find(TunnelAddress address) => _routes.GetValueOrDefault(Key(address));

    /// <summary>Whether packets from this source may come over this link: only what it announced itself.</summary>
    internal bool MaySend(TunnelAddress source, PeerLink link) => Find(source) == link;

    /// <summary>Forgets a link.</summary>
    internal void Remove(PeerLink link)
    {
        lock (_gate)
        {
            foreach (var route in _routes)
            {
                if (route.Value == link)
                {
                    _routes.TryRemove(route);
                }
            }

            Recount();
        }
    }

    /// <summary>Whether a link has any address left.</summary>
    internal bool Knows(PeerLink link) => _routes.Values.Contains(link);

    private TunnelAddress Key(TunnelAddress address) => pointToPoint ? default : address;

    // What is counted must still be so when it is noted: only with the gate.
    private void Recount() => _hasSinglePeer = _routes.Values.Distinct().Take(2).Count() < 2;
}
