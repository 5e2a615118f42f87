using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>What the server's firewall has to do for one profile; <see cref="NftRenderer"/> or <see cref="IptablesRenderer"/> writes it.</summary>
public sealed record FirewallPlan
{
    /// <summary>The start of every profile's device on a server: packets from one to another are nobody's business.</summary>
    public const string DevicePrefix = "gbt-";

    /// <summary>The table's name.</summary>
    public required string Table { get; init; }

    /// <summary>The server's TUN device.</summary>
    public required string Device { get; init; }

    /// <summary>The system user that the profile's engine runs as.</summary>
    public required string User { get; init; }

    /// <summary>The tunnel's IPv4 network.</summary>
    public required TunnelNetwork Network { get; init; }

    /// <summary>The home's IPv4 address in it.</summary>
    public required string Client { get; init; }

    /// <summary>The tunnel's IPv6 network; null when nothing of IPv6 is published, as the server has no public IPv6.</summary>
    public TunnelNetwork6? Network6 { get; init; }

    /// <summary>The home's IPv6 address in it, or null.</summary>
    public string? Client6 => Network6?.ClientAddress.ToString();

    /// <summary>Published TCP ports.</summary>
    public required FirewallPorts Tcp { get; init; }

    /// <summary>Published UDP ports.</summary>
    public required FirewallPorts Udp { get; init; }

    /// <summary>The address that packets from home leave with; null takes the outgoing device's.</summary>
    public string? SourceAddress { get; init; }

    /// <summary>The same for IPv6.</summary>
    public string? SourceAddress6 { get; init; }

    /// <summary>The tunnel's public TCP port.</summary>
    public required int TunnelPort { get; init; }

    /// <summary>The tunnel's UDP port on loopback.</summary>
    public required int TunPort { get; init; }

    /// <summary>The tunnel's MTU.</summary>
    public required int Mtu { get; init; }

    /// <summary>Where the engine may resolve names.</summary>
    public IReadOnlyList<string> NameServers { get; init; } = [];

    /// <summary>The plan for a profile on a server.</summary>
    public static FirewallPlan For(Profile profile, ServerFacts facts) => new()
    {
        Table = ServerPaths.Table(profile.Name),
        User = ServerPaths.UserOf(profile.Name),
        Device = ServerPaths.Device(profile.Name),
        Network = TunnelNetwork.Parse(profile.Tunnel.Network),
        Client = profile.Tunnel.Client,
        Network6 = TunnelNetwork6.Of(profile),
        Tcp = FirewallPorts.For(profile.Ports, PortProtocol.Tcp),
        Udp = FirewallPorts.For(profile.Ports, PortProtocol.Udp),
        SourceAddress = facts.Addresses.Contains(profile.Server.PublicAddress, StringComparer.Ordinal) ? profile.Server.PublicAddress : null,
        SourceAddress6 = facts.Addresses6.Contains(profile.Server.PublicAddress6, StringComparer.Ordinal) ? profile.Server.PublicAddress6 : null,
        TunnelPort = profile.Tunnel.Port,
        TunPort = profile.Tunnel.TunPort,
        Mtu = profile.Tunnel.Mtu,
        NameServers = facts.NameServers,
    };
}
