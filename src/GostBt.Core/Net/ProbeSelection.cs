using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Net;

/// <summary>Which of a profile's ports a request means.</summary>
internal static class ProbeSelection
{
    private const int LongestProbedWhole = 16;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: not published, no protocol left, or a time out of range.</exception>
    public static IReadOnlyList<PublishedPort> Of(Profile profile, PortProbeRequest request)
    {
        if (request.Timeout < Shortest || request.Timeout > Longest)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, "The time for a probe is out of range.", "Give 1 to 60 seconds.");
        }

        var wanted = request.Ports ?? [.. profile.Ports.SelectMany(Sample).Distinct()];
        foreach (var port in wanted)
        {
            PortNumber.Require(port, "published port");
            if (!profile.Ports.Any(published => published.Contains(port)))
            {
                throw new GostBtException(
                    GostBtFailure.InvalidInput,
                    $"Port {port} is not published by profile '{profile.Name}'.",
                    $"Published: {string.Join(", ", profile.Ports)}.");
            }
        }

        PublishedPort[] probes = [.. wanted.Distinct().SelectMany(port => Of(port, profile, request.Protocol))];
        return probes.Length > 0
            ? probes
            : throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"Profile '{profile.Name}' publishes none of these ports over {request.Protocol}.",
                $"Published: {string.Join(", ", profile.Ports)}.");
    }

    // Of a long range both ends: one rule publishes all of it.
    private static IEnumerable<int> Sample(PublishedPort published) => published.Count <= LongestProbedWhole
        ? Enumerable.Range(published.Port, published.Count)
        : [published.Port, published.LastPort];

    // TCP and UDP of a port are one probe unless they lead to different ports at home.
    private static IEnumerable<PublishedPort> Of(int port, Profile profile, PortProtocol protocol) => profile.Ports
        .Where(published => published.Contains(port) && (published.Protocol & protocol) != PortProtocol.None)
        .GroupBy(published => published.InsideOf(port))
        .Select(group => new PublishedPort(port, port, group.Key, group.Aggregate(PortProtocol.None, (all, published) => all | (published.Protocol & protocol))));
}
