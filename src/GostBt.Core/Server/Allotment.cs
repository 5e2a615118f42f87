using System.Globalization;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>
/// Gives a profile a tunnel port, a TUN port and a network of its own on a server that others share. What the user gave stays, and is refused where it
/// is taken; what nobody gave makes way. Pure; that two PCs do not allot the same is seen to by the digest that a plan carries.
/// </summary>
internal static class Allotment
{
    private const int FirstNetwork = 123;
    private const int LastNetwork = 254;

    /// <param name="profile">What the request and the stored profile make.</param>
    /// <param name="request">What the user gave.</param>
    /// <param name="facts">What is spoken for on the server.</param>
    /// <param name="home">The networks this PC is in; a first deployment keeps clear of them, a tunnel that is in use is not moved for them.</param>
    /// <returns>The profile with what it is to have.</returns>
    public static Profile Allot(Profile profile, ServerRequest request, ServerFacts facts, IReadOnlyList<TunnelNetwork> home)
    {
        var others = facts.Profiles.Where(other => other.Name != profile.Name.Value).ToList();
        var own = facts.Profile(profile.Name.Value);
        if (own is not null)
        {
            home = [];
        }

        if (others.Count + home.Count == 0)
        {
            return profile;
        }

        var tunnel = profile.Tunnel;
        var defaults = new ProfileTunnel();
        if (request.TunnelPort is null && !Stands(request, whole => whole.Port != defaults.Port))
        {
            tunnel = tunnel with { Port = Port(tunnel.Port, Number(own, "tunnel-port"), defaults.Port, TunnelPorts(profile, facts, own, others)) };
        }

        if (request.TunPort is null && !Stands(request, whole => whole.TunPort != defaults.TunPort))
        {
            tunnel = tunnel with { TunPort = Port(tunnel.TunPort, Number(own, "tun-port"), defaults.TunPort, Ports(others, "tun-port")) };
        }

        if (request.Network is null && request.Client is null && !Stands(request, whole => whole.Network != defaults.Network || whole.Client != defaults.Client))
        {
            tunnel = Network(tunnel, own?.Value("network"), profile, facts, [.. Networks(others), .. home]);
        }

        return profile with { Tunnel = tunnel };
    }

    // In a profile that was handed over whole, what differs from the default was given by somebody.
    private static bool Stands(ServerRequest request, Func<ProfileTunnel, bool> given) => request.Whole is { } whole && given(whole.Tunnel);

    private static int Port(int wanted, int? own, int first, HashSet<int> taken)
    {
        if (!taken.Contains(wanted))
        {
            return wanted;
        }

        return own is { } deployed && !taken.Contains(deployed) ? deployed : Enumerable.Range(first, ushort.MaxValue + 1 - first).First(port => !taken.Contains(port));
    }

    // Another profile's tunnel or published port; and what listens there, or is ssh's, once one has to look for another.
    private static HashSet<int> TunnelPorts(Profile profile, ServerFacts facts, DeployedProfile? own, IEnumerable<DeployedProfile> others)
    {
        var taken = Ports(others, "tunnel-port");
        var published = others.SelectMany(other => other.Values("port")).Select(text => PublishedPort.TryParse(text)).OfType<PublishedPort>()
            .Where(port => port.Carries(PortProtocol.Tcp));
        foreach (var port in published)
        {
            taken.UnionWith(Enumerable.Range(port.Port, port.Count));
        }

        if (!taken.Contains(profile.Tunnel.Port))
        {
            return taken;
        }

        var process = own?.ProcessId ?? 0;
        taken.UnionWith(facts.Sockets.Where(socket => socket.Protocol == PortProtocol.Tcp && (process == 0 || socket.ProcessId != process)).Select(socket => socket.Port));
        taken.UnionWith(profile.Ports.SelectMany(port => Enumerable.Range(port.Port, port.Count)));
        if (facts.SshPort is { } ssh)
        {
            taken.Add(ssh);
        }

        return taken;
    }

    private static IEnumerable<TunnelNetwork> Networks(IEnumerable<DeployedProfile> profiles) =>
        profiles.Select(profile => profile.Value("network")).OfType<string>().Select(TunnelNetwork.Parse);

    private static ProfileTunnel Network(ProfileTunnel tunnel, string? own, Profile profile, ServerFacts facts, List<TunnelNetwork> taken)
    {
        if (!taken.Exists(TunnelNetwork.Parse(tunnel.Network).Overlaps))
        {
            return tunnel;
        }

        taken.AddRange(ServerRequirements.RoutedNetworks(profile, facts));
        var candidates = Enumerable.Range(FirstNetwork, LastNetwork + 1 - FirstNetwork)
            .Select(third => string.Format(CultureInfo.InvariantCulture, "192.168.{0}.0/24", third));
        var free = (own is null ? candidates : candidates.Prepend(own)).FirstOrDefault(network => !taken.Exists(TunnelNetwork.Parse(network).Overlaps))
            ?? throw new GostBtException(
                GostBtFailure.Conflict,
                "No network from 192.168.123.0/24 to 192.168.254.0/24 is free on the server and here.",
                "Give the tunnel a network of its own, such as 10.123.0.0/24.");
        return tunnel with { Network = free, Network6 = null, Client = TunnelNetwork.Parse(free).FirstClient.ToString() };
    }

    private static HashSet<int> Ports(IEnumerable<DeployedProfile> profiles, string key) => [.. profiles.Select(profile => Number(profile, key)).OfType<int>()];

    private static int? Number(DeployedProfile? profile, string key) =>
        int.TryParse(profile?.Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
