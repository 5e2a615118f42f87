using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using GostBt.Gost.Supply;
using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>What must hold in every profile, wherever it came from, before anything is done with it.</summary>
public static class ProfileRules
{
    private static readonly Regex InterfaceForm = new("\\A[A-Za-z0-9_][A-Za-z0-9_-]{0,14}\\z", RegexOptions.CultureInvariant);

    // Without TLS the relay's password would cross the Internet in the clear, and nothing would pin the server.
    private static readonly string[] Transports = ["wss", "tls"];

    /// <param name="profile">A profile as read or made.</param>
    /// <returns>The same profile.</returns>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>, naming the setting.</exception>
    public static Profile Require(Profile profile)
    {
        _ = ServerTarget.Parse(new ServerTarget(profile.Server.Host, profile.Server.User, profile.Server.SshPort).ToString());
        RequireServer(profile.Server);
        RequireTunnel(profile.Tunnel);
        PortNumber.Require(profile.Proxy.Port, "proxy port");
        RequirePorts(profile);
        return profile;
    }

    private static void RequireServer(ProfileServer server)
    {
        if (server.PublicAddress is { } address && !TryIPv4(address, out _))
        {
            throw Bad($"'{address}' is not an IPv4 address.", "Give the IPv4 address that peers reach the server at, such as 198.51.100.10.");
        }

        if (server.PublicAddress6 is { } six && !TryIPv6(six))
        {
            throw Bad($"'{six}' is not an IPv6 address.", "Give the IPv6 address that peers reach the server at, such as 2001:db8::10, or none.");
        }

        if (server.Engine is { } engine)
        {
            _ = engine.Version is null ? null : GostVersion.Parse(engine.Version);
            _ = FileHash.Require(engine.Hash);
            _ = GostRelease.Mirror(engine.Mirror);
        }

        if (server.JumpHost is { } jump)
        {
            foreach (var hop in jump.Split(','))
            {
                _ = ServerTarget.Parse(hop);
            }
        }
    }

    private static void RequireTunnel(ProfileTunnel tunnel)
    {
        if (!Transports.Contains(tunnel.Transport))
        {
            throw Bad($"'{tunnel.Transport}' is not a transport.", $"Use one of {string.Join(", ", Transports)}.");
        }

        PortNumber.Require(tunnel.Port, "tunnel port");
        PortNumber.Require(tunnel.TunPort, "TUN port");
        if (!InterfaceForm.IsMatch(tunnel.Interface))
        {
            throw Bad($"'{tunnel.Interface}' is not an interface name.", "Use 1 to 15 letters, digits, '_' and '-'.");
        }

        if (tunnel.Mtu is < 576 or > 9000)
        {
            throw Bad($"{tunnel.Mtu} is not an MTU.", "Use 576 to 9000 bytes; 1420 suits nearly every path.");
        }

        _ = TunnelNetwork6.For(tunnel);
        var network = TunnelNetwork.Parse(tunnel.Network);
        if (!TryIPv4(tunnel.Client, out var client) || !network.HasHost(client) || client.Equals(network.ServerAddress))
        {
            throw Bad(
                $"'{tunnel.Client}' is not a client address of {tunnel.Network}.",
                string.Format(CultureInfo.InvariantCulture, "Use an address of that network other than the first ({0}), which is the server's.", network.ServerAddress));
        }
    }

    private static void RequirePorts(Profile profile)
    {
        if (profile.Ports.Count == 0)
        {
            throw Bad("No port is published.", "Name at least one, such as 6666.");
        }

        var ssh = profile.Server.SshPort ?? 22;
        var seen = new List<PublishedPort>();
        foreach (var port in profile.Ports)
        {
            RequireRange(port);
            if (port.Contains(ssh))
            {
                throw Bad($"Port {ssh} is the server's ssh port.", "Publish another port: this one would lock you out of the server.");
            }

            if (port.Contains(profile.Tunnel.Port))
            {
                throw Bad($"Port {profile.Tunnel.Port} is the tunnel's own port.", "Publish another port, or move the tunnel (-TunnelPort).");
            }

            if (port.InsidePort <= profile.Proxy.Port && profile.Proxy.Port <= port.LastInsidePort)
            {
                throw Bad(
                    $"Port {profile.Proxy.Port} is that of the SOCKS5 on this PC.",
                    "Publish another port, or move the SOCKS5 (proxy.port in the profile): published, it would be open to the whole Internet.");
            }

            if (seen.Find(port.Overlaps) is { } twice)
            {
                throw Bad($"{port} and {twice} publish the same port twice.", "Name each port once, with tcp, udp or both.");
            }

            if (seen.Find(port.OverlapsInside) is { } shared)
            {
                throw Bad($"{port} and {shared} lead to the same port of this PC.", "Lead each published port to a port of its own: the replies of two could not be told apart.");
            }

            seen.Add(port);
        }

        if (ssh == profile.Tunnel.Port)
        {
            throw Bad($"Port {ssh} is the server's ssh port.", "Give the tunnel another port (-TunnelPort).");
        }
    }

    private static void RequireRange(PublishedPort port)
    {
        PortNumber.Require(port.Port, "published port");
        PortNumber.Require(port.LastPort, "published port");
        PortNumber.Require(port.InsidePort, "inside port");
        if (port.LastPort < port.Port)
        {
            throw Bad($"{port.Port}-{port.LastPort} is not a range of ports.", "Give the first port and then the last.");
        }

        if (port.LastInsidePort > ushort.MaxValue)
        {
            throw Bad($"{port.Port}-{port.LastPort} does not fit behind the inside port {port.InsidePort}.", "Let the range inside end at 65535 at most.");
        }

        if (port.Protocol is PortProtocol.None || (port.Protocol & ~PortProtocol.Both) != PortProtocol.None)
        {
            throw Bad($"Port {port.Port} is published for no protocol.", "Publish it for tcp, udp or both.");
        }
    }

    private static bool TryIPv4(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.ToString() == text;

    private static bool TryIPv6(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && address.ScopeId == 0 && !address.IsIPv4MappedToIPv6;

    private static GostBtException Bad(string message, string remedy) => new(GostBtFailure.InvalidInput, message, remedy);
}
