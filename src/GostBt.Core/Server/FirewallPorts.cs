using GostBt.Model;

namespace GostBt.Server;

/// <summary>The published ports of one protocol, as a firewall wants them: ranges that are the same inside, and those that lead to another port.</summary>
public sealed record FirewallPorts
{
    /// <summary>None.</summary>
    public static readonly FirewallPorts None = new();

    /// <summary>Ranges whose ports are the same outside and inside: ascending, merged, apart.</summary>
    public IReadOnlyList<(int First, int Last)> Same { get; init; } = [];

    /// <summary>Ranges whose ports inside are others, ascending by the port outside.</summary>
    public IReadOnlyList<PublishedPort> Mapped { get; init; } = [];

    /// <summary>All ports inside: ascending, merged, apart.</summary>
    public IReadOnlyList<(int First, int Last)> Inside { get; init; } = [];

    /// <summary>
    /// Which port outside each mapped port inside leaves from, ascending by the port inside. One that is also published as itself, or by an earlier
    /// range, is not in it: it can leave from one port only.
    /// </summary>
    public IReadOnlyList<(int Inside, int Outside)> Outgoing { get; init; } = [];

    /// <summary>The ports of a profile for <see cref="PortProtocol.Tcp"/> or <see cref="PortProtocol.Udp"/>.</summary>
    public static FirewallPorts For(IEnumerable<PublishedPort> ports, PortProtocol protocol)
    {
        var carried = ports.Where(port => port.Carries(protocol)).OrderBy(port => port.Port).ToList();
        var same = Merge(carried.Where(port => !port.IsMapped).Select(port => (port.Port, port.LastPort)));
        var mapped = carried.Where(port => port.IsMapped).ToList();
        return new FirewallPorts
        {
            Same = same,
            Mapped = mapped,
            Inside = Merge(carried.Select(port => (port.InsidePort, port.LastInsidePort))),
            Outgoing =
            [
                .. mapped.SelectMany(port => port.Singles())
                    .Where(port => !same.Any(range => port.InsidePort >= range.First && port.InsidePort <= range.Last))
                    .GroupBy(port => port.InsidePort)
                    .Select(ports => (ports.Key, ports.First().Port))
                    .OrderBy(pair => pair.Key),
            ],
        };
    }

    // Neighbours too: a port more or less is then a change of one range, whatever order they were given in.
    private static List<(int First, int Last)> Merge(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First <= merged[merged.Count - 1].Last + 1)
            {
                merged[merged.Count - 1] = (merged[merged.Count - 1].First, Math.Max(merged[merged.Count - 1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }
}
