using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Net;

/// <summary>The IPv4 networks this PC is in: its LAN, other VPNs. A tunnel whose network overlaps one of them would take its addresses away.</summary>
internal static class HomeNetworks
{
    private const int Widest = 8;
    private const int Narrowest = 30;

    /// <summary>Each with the device it is on, without those of <paramref name="except"/>.</summary>
    public static IReadOnlyList<(string Device, TunnelNetwork Network)> Except(string except) =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(device => device.Name != except && device.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(device => device.GetIPProperties().UnicastAddresses.Select(unicast => (device.Name, Network: Of(unicast.Address, unicast.IPv4Mask))))
            .Where(pair => pair.Network is not null)
            .Select(pair => (pair.Name, pair.Network!)),
    ];

    /// <summary>The device whose network a tunnel's overlaps, with that network; null where there is none.</summary>
    public static string? Overlapping(ProfileTunnel tunnel) => Overlapping(tunnel, Except(tunnel.Interface));

    /// <summary>What to do about it.</summary>
    public static string Remedy(Profile profile) =>
        $"Deploy the server again with another network: in the profile's file set the tunnel's network to a free one such as 10.123.0.0/24 (and its client to 10.123.0.2), then Get-GostBtProfile {profile.Name} | New-GostBtServer.";

    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>: it overlaps, which would cut this PC off from others there.</exception>
    public static void RequireApart(Profile profile)
    {
        if (Overlapping(profile.Tunnel) is { } device)
        {
            throw new GostBtException(GostBtFailure.Conflict, $"The tunnel's network {profile.Tunnel.Network} overlaps that of {device}.", Remedy(profile));
        }
    }

    /// <summary>Says so when the network that was asked for had to make way for one of this PC's.</summary>
    /// <param name="wanted">The profile before.</param>
    /// <param name="allotted">The profile as it is to be, which is returned.</param>
    /// <param name="networks">This PC's networks.</param>
    /// <param name="warn">Told of it.</param>
    public static Profile Tell(Profile wanted, Profile allotted, IReadOnlyList<(string Device, TunnelNetwork Network)> networks, Action<string> warn)
    {
        if (allotted.Tunnel.Network != wanted.Tunnel.Network && Overlapping(wanted.Tunnel, networks) is { } device)
        {
            warn($"{wanted.Tunnel.Network} overlaps this computer's network on {device}: the tunnel takes {allotted.Tunnel.Network}.");
        }

        return allotted;
    }

    internal static string? Overlapping(ProfileTunnel tunnel, IReadOnlyList<(string Device, TunnelNetwork Network)> networks)
    {
        var own = TunnelNetwork.Parse(tunnel.Network);
        return networks.Where(pair => pair.Network.Overlaps(own)).Select(pair => $"{pair.Device} ({pair.Network})").FirstOrDefault();
    }

    // A lone address, or a network too narrow for a tunnel, counts as the nearest one.
    internal static TunnelNetwork? Of(IPAddress address, IPAddress? mask)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork || mask is null)
        {
            return null;
        }

        var length = mask.GetAddressBytes().Sum(part => Convert.ToString(part, 2).Count(bit => bit == '1'));
        if (length < Widest)
        {
            return null;
        }

        length = Math.Min(length, Narrowest);
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < 32; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return TunnelNetwork.Parse(FormattableString.Invariant($"{new IPAddress(bytes)}/{length}"));
    }
}
