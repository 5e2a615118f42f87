namespace GostBt.Profiles;

/// <summary>The <c>tunnel</c> part of a profile.</summary>
public sealed record ProfileTunnel
{
    /// <summary>What carries the tunnel: <c>wss</c> or <c>tls</c>.</summary>
    public string Transport { get; init; } = "wss";

    /// <summary>The server's public TCP port.</summary>
    public int Port { get; init; } = 8443;

    /// <summary>The UDP port of the server's TUN, on its loopback.</summary>
    public int TunPort { get; init; } = 8421;

    /// <summary>The tunnel's IPv4 network, CIDR; the server takes its first address.</summary>
    public string Network { get; init; } = "192.168.123.0/24";

    /// <summary>This PC's address in it.</summary>
    public string Client { get; init; } = "192.168.123.2";

    /// <summary>The tunnel's IPv6 network, CIDR of unique local addresses; null takes the one that belongs to <see cref="Network"/>. See <see cref="TunnelNetwork6"/>.</summary>
    public string? Network6 { get; init; }

    /// <summary>This PC's TUN device: 1 to 15 letters, digits, <c>_</c>, <c>-</c>.</summary>
    public string Interface { get; init; } = "gost_tun";

    /// <summary>576 to 9000 bytes.</summary>
    public int Mtu { get; init; } = 1420;
}
