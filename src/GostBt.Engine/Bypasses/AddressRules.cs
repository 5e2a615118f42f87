using System.Buffers;
using System.Net;
using GostBt.Engine.Addresses;

namespace GostBt.Engine.Bypasses;

/// <summary>
/// A bypass's matchers, compiled (go-gost/x/bypass, go-gost/x/internal/matcher): addresses, <c>first-last</c>, CIDR; each address or name
/// optionally with <c>:port</c> or <c>:first-last</c>; <c>example.com</c>; <c>.example.com</c> with everything below it;
/// wildcards with <c>*</c> and <c>?</c>. What gost would take but never match (CIDR with a port) is refused.
/// </summary>
internal sealed class AddressRules
{
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create(" \t/:[]{}~,");

    private readonly AddressRangeSet _ranges;
    private readonly ILookup<IPAddress, PortRange> _addressPorts;
    private readonly ILookup<string, PortRange> _names;
    private readonly List<(string Pattern, PortRange Ports)> _wildcards;

    private AddressRules(List<AddressRange> ranges, List<(IPAddress Address, PortRange Ports)> addressPorts, List<(string Name, PortRange Ports)> names, List<(string Pattern, PortRange Ports)> wildcards)
    {
        _ranges = new AddressRangeSet(ranges);
        _addressPorts = addressPorts.ToLookup(entry => entry.Address, entry => entry.Ports);
        _names = names.ToLookup(entry => entry.Name, entry => entry.Ports, StringComparer.OrdinalIgnoreCase);
        _wildcards = wildcards;
    }

    internal static AddressRules Empty { get; } = new([], [], [], []);

    /// <summary>Whether there is a rule that a host name alone can match.</summary>
    internal bool HasNames => _names.Count > 0 || _wildcards.Count > 0;

    /// <param name="matchers">One matcher each.</param>
    /// <param name="rules">The compiled rules.</param>
    /// <param name="problem">Which matcher cannot be used and why.</param>
    internal static bool TryParse(IEnumerable<string> matchers, out AddressRules rules, out string problem)
    {
        var ranges = new List<AddressRange>();
        var addressPorts = new List<(IPAddress, PortRange)>();
        var names = new List<(string, PortRange)>();
        var wildcards = new List<(string, PortRange)>();
        rules = Empty;
        foreach (var matcher in matchers)
        {
            if (AddressRange.TryParse(matcher, out var range))
            {
                ranges.Add(range);
                continue;
            }

            if (!TrySplitPorts(matcher, out var host, out var ports))
            {
                problem = $"'{matcher}' is not an address, range, CIDR, name or wildcard, with an optional port or port range";
                return false;
            }

            if (host.AsSpan().ContainsAny('*', '?'))
            {
                wildcards.Add((host, ports));
            }
            else if (IPAddress.TryParse(host, out var address))
            {
                addressPorts.Add((Ipv4Forms.Plain(address), ports));
            }
            else
            {
                names.Add((host.TrimEnd('.'), ports));
            }
        }

        rules = new AddressRules(ranges, addressPorts, names, wildcards);
        problem = string.Empty;
        return true;
    }

    /// <summary>Whether a rule matches the address and port.</summary>
    internal bool Matches(IPAddress address, int port)
    {
        address = Ipv4Forms.Plain(address);
        return _ranges.Contains(address)
            || (_addressPorts.Count > 0 && AnyContains(_addressPorts[address], port))
            || (_wildcards.Count > 0 && MatchesWildcard(address.ToString(), port));
    }

    /// <summary>Whether a rule matches the name and port; addresses the name stands for are another question.</summary>
    internal bool Matches(string name, int port)
    {
        if (!HasNames)
        {
            return false;
        }

        name = name.TrimEnd('.');
        if (AnyContains(_names[name], port) || AnyContains(_names["." + name], port) || MatchesWildcard(name, port))
        {
            return true;
        }

        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (AnyContains(_names[name[dot..]], port))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AnyContains(IEnumerable<PortRange> ranges, int port) => ranges.Any(range => range.Contains(port));

    private bool MatchesWildcard(string host, int port) =>
        _wildcards.Exists(entry => entry.Ports.Contains(port) && Wildcard.Matches(entry.Pattern, host));

    private static bool TrySplitPorts(string matcher, out string host, out PortRange ports)
    {
        host = matcher;
        ports = PortRange.Every;
        var colon = matcher.LastIndexOf(':');
        if (colon >= 0)
        {
            host = matcher[..colon];
            if (!PortRange.TryParse(matcher.AsSpan(colon + 1), out ports))
            {
                return false;
            }

            if (host.StartsWith('[') && host.EndsWith(']'))
            {
                host = host[1..^1];
                return IPAddress.TryParse(host, out _);
            }
        }

        return host.Length is > 0 and <= 255 && !host.AsSpan().ContainsAny(NotInHosts);
    }
}
