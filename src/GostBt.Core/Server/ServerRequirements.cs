using System.Globalization;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>What a server must offer and what must not be in the way, checked before anything is changed.</summary>
internal static class ServerRequirements
{
    private const int MinimumSystemd = 239;

    // The engine is placed beside the one it replaces.
    private const long MinimumFreeKibibytes = 100 * 1024;

    /// <exception cref="GostBtException"><see cref="GostBtFailure.UnsupportedSystem"/> or <see cref="GostBtFailure.Conflict"/>, naming what and what to do.</exception>
    public static void Require(Profile profile, ServerFacts facts)
    {
        RequireSystem(facts);
        RequireProfiles(profile, facts);
        RequirePorts(profile, facts);
        RequireNetwork(profile, facts);
    }

    private static void RequireSystem(ServerFacts facts)
    {
        if (facts.Architecture is not ("x86_64" or "amd64" or "aarch64" or "arm64"))
        {
            throw Unsupported($"The server's processor is {facts.Architecture}; GostBt runs on x86-64 and 64-bit ARM servers.", "Rent an x86-64 (amd64) or arm64 server.");
        }

        if (facts.Init is not ("systemd" or "sysv"))
        {
            throw Unsupported(
                $"The server ({facts.System}) is started by {(facts.Init == "openrc" ? "OpenRC" : "an init system that GostBt does not know")}; GostBt's services run under systemd and sysvinit.",
                "Use a server with systemd, such as Debian 12 or Ubuntu 22.04, or a Debian with sysvinit.");
        }

        if (facts.Systemd is { } systemd && systemd < MinimumSystemd)
        {
            throw Unsupported($"The server's systemd {systemd} is older than {MinimumSystemd}.", "Upgrade the server's system.");
        }

        if (!facts.NftWorks && !facts.IptablesWorks)
        {
            throw facts.Nft is null
                ? Unsupported("The server has neither nft nor a working iptables.", "Install it there: 'apt install nftables' or 'dnf install nftables'.")
                : Unsupported(
                    "Neither nft nor iptables works on the server: its kernel has neither, or the container may not use them.",
                    "Use a server with a kernel of its own (KVM), or ask the provider to allow nftables.");
        }

        if (!facts.Tun)
        {
            throw Unsupported("The server has no /dev/net/tun.", "Run 'modprobe tun' there; in a container, have the provider switch TUN/TAP on (often a check box in the control panel).");
        }

        if (facts.MissingTools.Count > 0)
        {
            throw Unsupported($"The server lacks {string.Join(", ", facts.MissingTools)}.", "Install the packages iproute2, passwd, util-linux and coreutils there.");
        }

        if (facts.DiskFree is { } free && free < MinimumFreeKibibytes)
        {
            throw Unsupported($"The server has {free / 1024} MB left on /usr/local; GostBt wants {MinimumFreeKibibytes / 1024}.", "Free some disk space there.");
        }
    }

    private static void RequireProfiles(Profile profile, ServerFacts facts)
    {
        var network = TunnelNetwork.Parse(profile.Tunnel.Network);
        var device = ServerPaths.Device(profile.Name);
        foreach (var other in facts.Profiles.Where(other => other.Name != profile.Name.Value))
        {
            if (ServerPaths.Device(other.Name) == device)
            {
                throw Conflict($"On the server the names '{profile.Name}' and '{other.Name}', which is deployed there, are shortened to the same: {device}.", "Give this profile another name.");
            }

            if (other.Value("tunnel-port") == Text(profile.Tunnel.Port))
            {
                throw Conflict($"The tunnel port {profile.Tunnel.Port} is that of the profile '{other.Name}' on the same server.", "Give another tunnel port.");
            }

            if (other.Value("tun-port") == Text(profile.Tunnel.TunPort))
            {
                throw Conflict($"The TUN port {profile.Tunnel.TunPort} is that of the profile '{other.Name}' on the same server.", "Give another TUN port.");
            }

            if (other.Value("network") is { } taken && TunnelNetwork.Parse(taken).Overlaps(network))
            {
                throw Conflict($"The network {profile.Tunnel.Network} is in use by the profile '{other.Name}' on the same server.", "Give the tunnel another network, such as 192.168.124.0/24.");
            }

            if (TunnelNetwork6.Of(profile) is { } six && Network6(other) is { } theirs6 && theirs6.Overlaps(six))
            {
                throw Conflict(
                    $"The IPv6 network {six} is that of the profile '{other.Name}' on the same server.",
                    "Give the tunnel another one (network6 in the profile), or none, which takes one that belongs to its IPv4 network.");
            }

            var published = other.Values("port").Select(value => PublishedPort.TryParse(value)).OfType<PublishedPort>().ToList();
            if (published.Exists(port => port.Carries(PortProtocol.Tcp) && port.Contains(profile.Tunnel.Port)))
            {
                throw Conflict($"The tunnel port {profile.Tunnel.Port} is published by the profile '{other.Name}' on the same server.", "Give another tunnel port.");
            }

            if (Number(other.Value("tunnel-port")) is { } theirs && profile.Ports.Any(port => port.Carries(PortProtocol.Tcp) && port.Contains(theirs)))
            {
                throw Conflict($"Port {theirs} is the tunnel port of the profile '{other.Name}' on the same server.", "Publish another port.");
            }

            foreach (var port in profile.Ports.Where(port => published.Exists(port.Overlaps)))
            {
                throw Conflict($"Port {port} is published by the profile '{other.Name}' on the same server.", "Publish another port, or remove it there first.");
            }
        }
    }

    // Told by its manifest where it was chosen, else the one that belongs to its IPv4 network.
    private static TunnelNetwork6? Network6(DeployedProfile other) => (other.Value("network6"), other.Value("network")) switch
    {
        ({ } chosen, _) => TunnelNetwork6.Parse(chosen),
        (_, { } four) => TunnelNetwork6.For(new ProfileTunnel { Network = four }),
        _ => null,
    };

    private static void RequirePorts(Profile profile, ServerFacts facts)
    {
        var own = facts.Profile(profile.Name.Value)?.ProcessId ?? 0;
        var taken = facts.Sockets.Where(socket => own == 0 || socket.ProcessId != own).ToList();
        if (facts.SshPort is { } ssh)
        {
            if (profile.Ports.Any(port => port.Contains(ssh)))
            {
                throw Conflict($"Port {ssh} is the server's ssh port.", "Publish another port: this one would lock you out of the server.");
            }

            if (profile.Tunnel.Port == ssh)
            {
                throw Conflict($"Port {ssh} is the server's ssh port.", "Give the tunnel another port.");
            }
        }

        if (taken.FirstOrDefault(socket => socket.Protocol == PortProtocol.Tcp && socket.Port == profile.Tunnel.Port) is { } tunnel)
        {
            throw Conflict($"The tunnel port {tunnel.Port} is in use on the server by {tunnel.Owner}.", "Give another tunnel port, or stop that program.");
        }

        if (taken.FirstOrDefault(socket => socket.Protocol == PortProtocol.Udp && socket.Port == profile.Tunnel.TunPort) is { } tun)
        {
            throw Conflict($"The TUN port {tun.Port} is in use on the server by {tun.Owner}.", "Give another TUN port, or stop that program.");
        }

        foreach (var port in profile.Ports)
        {
            if (taken.FirstOrDefault(socket => port.Contains(socket.Port) && (port.Protocol & socket.Protocol) != PortProtocol.None && !socket.IsLoopback) is { } socket)
            {
                throw Conflict($"Port {socket.Port} is in use on the server by {socket.Owner}; publishing it would cut that program off.", "Publish another port, or stop that program.");
            }
        }
    }

    /// <summary>The networks that the server reaches through another device than the profile's.</summary>
    public static IEnumerable<TunnelNetwork> RoutedNetworks(Profile profile, ServerFacts facts)
    {
        var device = ServerPaths.Device(profile.Name);
        return facts.Routes.Where(route => route.Device != device).Select(route => TryParse(route.Network)).OfType<TunnelNetwork>();
    }

    private static void RequireNetwork(Profile profile, ServerFacts facts)
    {
        var network = TunnelNetwork.Parse(profile.Tunnel.Network);
        var device = ServerPaths.Device(profile.Name);
        foreach (var (text, other) in facts.Routes.Where(route => route.Device != device))
        {
            if (TryParse(text) is { } route && route.Overlaps(network))
            {
                throw Conflict($"The tunnel's network {network} overlaps {text}, which the server reaches through {other}.", "Give the tunnel another network, such as 192.168.124.0/24.");
            }
        }
    }

    // A route may be to one address or to a network too wide or too narrow for a tunnel: the nearest network that it lies in or that covers it will do.
    private static TunnelNetwork? TryParse(string route)
    {
        var parts = route.Split('/');
        var prefix = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 32;
        if (!System.Net.IPAddress.TryParse(parts[0], out var address) || prefix < 8)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        if (prefix > 30)
        {
            prefix = 30;
            bytes[3] &= 0xFC;
        }

        return TunnelNetwork.Parse(new System.Net.IPAddress(bytes) + "/" + Text(prefix));
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static GostBtException Unsupported(string message, string remedy) => new(GostBtFailure.UnsupportedSystem, message, remedy);

    private static GostBtException Conflict(string message, string remedy) => new(GostBtFailure.Conflict, message, remedy);
}
