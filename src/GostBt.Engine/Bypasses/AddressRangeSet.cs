using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Bypasses;

/// <summary>Ranges sorted and joined, so that a list of thousands costs one binary search.</summary>
internal sealed class AddressRangeSet
{
    private readonly AddressRange[] _v4;
    private readonly AddressRange[] _v6;

    internal AddressRangeSet(IEnumerable<AddressRange> ranges)
    {
        var families = ranges.ToLookup(range => range.Family);
        _v4 = Join(families[AddressFamily.InterNetwork]);
        _v6 = Join(families[AddressFamily.InterNetworkV6]);
    }

    internal bool Contains(IPAddress address)
    {
        var ranges = address.AddressFamily == AddressFamily.InterNetwork ? _v4 : _v6;
        var number = AddressRange.Number(address);
        var low = 0;
        var high = ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (number < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (number > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private static AddressRange[] Join(IEnumerable<AddressRange> ranges)
    {
        var joined = new List<AddressRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (joined.Count > 0 && range.First <= joined[^1].Last)
            {
                joined[^1] = joined[^1] with { Last = UInt128.Max(joined[^1].Last, range.Last) };
            }
            else
            {
                joined.Add(range);
            }
        }

        return [.. joined];
    }
}
