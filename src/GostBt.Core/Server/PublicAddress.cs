using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>Finds the IPv4 address that peers reach a server at.</summary>
internal static class PublicAddress
{
    /// <summary>
    /// In order: what the profile says; the server's own address; and, behind a provider's 1:1 translation, the address ssh reaches it at or its name
    /// resolves to.
    /// </summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/> when none of them is public.</exception>
    public static async Task<string> FindAsync(ProfileServer server, ServerFacts facts)
    {
        if (server.PublicAddress is { } given)
        {
            return given;
        }

        if (facts.Source is { } source && PublicRanges.IsPublic4(source))
        {
            return source;
        }

        return (await ResolveAsync(server.Host).ConfigureAwait(false))
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork)
            .Select(address => address.ToString())
            .FirstOrDefault(PublicRanges.IsPublic4)
            ?? throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"The server's own address ({facts.Source ?? "none"}) is not public.",
                "Give the IPv4 address that peers reach it at with -PublicAddress.");
    }

    /// <summary>The IPv6 address that peers reach a server's published ports at: the profile's, while it is one of the server's, else the one it uses itself; null when it has none.</summary>
    public static string? Find6(ProfileServer server, ServerFacts facts)
    {
        if (!facts.HasIPv6)
        {
            return null;
        }

        return server.PublicAddress6 is { } given && facts.Addresses6.Any(address => IPAddress.Parse(address).Equals(IPAddress.Parse(given))) ? given : facts.Source6;
    }

    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // An alias of ssh's configuration.
            return [];
        }
    }
}
