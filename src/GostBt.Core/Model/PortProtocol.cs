namespace GostBt.Model;

/// <summary>What a published port carries.</summary>
[Flags]
public enum PortProtocol
{
    /// <summary>Nothing; not a valid choice for a published port.</summary>
    None = 0,

    /// <summary>TCP: BitTorrent peer connections.</summary>
    Tcp = 1,

    /// <summary>UDP: uTP, DHT.</summary>
    Udp = 2,

    /// <summary>TCP and UDP, what a BitTorrent client wants.</summary>
    Both = Tcp | Udp,
}
