namespace GostBt.Server;

/// <summary>Which addresses the relay serves: the public ones (IANA special-purpose registries, RFC 6890), as gost's matchers say it.</summary>
internal static class PublicRanges
{
    /// <summary>IPv4 that no relay may lead to: this network, private (RFC 1918, RFC 6598), loopback, link-local, benchmarks, multicast,
    /// reserved; and 168.63.129.16, a public address by its number, at which Azure's host talks to its guests as others do at 169.254.169.254.</summary>
    public static readonly IReadOnlyList<string> Forbidden4 =
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "224.0.0.0/3",
    ];

    /// <summary>IPv6 that no relay may lead to: unspecified, loopback and IPv4 in IPv6 forms (NAT64 too), discard, 6to4, unique local, link-local, multicast.</summary>
    public static readonly IReadOnlyList<string> Forbidden6 = ["::/8", "100::/64", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8"];

    /// <summary>All other IPv4 addresses, as CIDR ranges: the complement of <see cref="Forbidden4"/>.</summary>
    public static readonly IReadOnlyList<string> Public4 = [.. Complement(Forbidden4.Select(Parse).ToList(), 0, 0)];

    /// <summary>Public IPv6: 2000::/3 but 6to4, which would wrap any IPv4 address.</summary>
    public static readonly IReadOnlyList<string> Public6 = ["2000::/15", "2003::/16", "2004::/14", "2008::/13", "2010::/12", "2020::/11", "2040::/10", "2080::/9", "2100::/8", "2200::/7", "2400::/6", "2800::/5", "3000::/4"];

    /// <summary>Whether an IPv4 address is one the internet can reach.</summary>
    public static bool IsPublic4(string address)
    {
        var number = Parse(address + "/32").Base;
        return !Forbidden4.Select(Parse).Any(range => Contains(range, number, 32));
    }

    /// <summary>Whether an IPv6 address is one the internet can reach: <see cref="Public6"/>.</summary>
    public static bool IsPublic6(string address)
    {
        var bytes = System.Net.IPAddress.Parse(address).GetAddressBytes();
        return bytes.Length == 16 && (bytes[0] & 0xe0) == 0x20 && !(bytes[0] == 0x20 && bytes[1] == 0x02);
    }

    // Halves a range until a half lies outside or inside of everything forbidden.
    private static IEnumerable<string> Complement(IReadOnlyList<(uint Base, int Prefix)> forbidden, uint start, int prefix)
    {
        var touching = forbidden.Where(range => Contains(range, start, prefix) || Contains((start, prefix), range.Base, range.Prefix)).ToList();
        if (touching.Count == 0)
        {
            return [FormattableString.Invariant($"{start >> 24}.{(start >> 16) & 255}.{(start >> 8) & 255}.{start & 255}/{prefix}")];
        }

        return touching.Any(range => Contains(range, start, prefix))
            ? []
            : Complement(touching, start, prefix + 1).Concat(Complement(touching, start | (1u << (31 - prefix)), prefix + 1));
    }

    private static bool Contains((uint Base, int Prefix) outer, uint start, int prefix) =>
        outer.Prefix <= prefix && (outer.Prefix == 0 || ((outer.Base ^ start) >> (32 - outer.Prefix)) == 0);

    private static (uint Base, int Prefix) Parse(string cidr)
    {
        var parts = cidr.Split('/', '.');
        var number = 0u;
        for (var i = 0; i < 4; i++)
        {
            number = (number << 8) | byte.Parse(parts[i], System.Globalization.CultureInfo.InvariantCulture);
        }

        return (number, int.Parse(parts[4], System.Globalization.CultureInfo.InvariantCulture));
    }
}
