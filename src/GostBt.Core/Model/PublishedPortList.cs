namespace GostBt.Model;

/// <summary>Adds to and removes from what a profile publishes, port by port; what is not touched stays as it was written.</summary>
public static class PublishedPortList
{
    /// <summary>The list with more ports. What is published already is passed over.</summary>
    /// <param name="published">What is published.</param>
    /// <param name="added">What comes to it.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>: a port that is published already leads to another port at home.</exception>
    public static IReadOnlyList<PublishedPort> Add(IReadOnlyList<PublishedPort> published, IEnumerable<PublishedPort> added)
    {
        var list = published.ToList();
        foreach (var port in added)
        {
            if (list.Find(other => other.Overlaps(port) && other.InsideOf(port.Port) != port.InsidePort) is { } taken)
            {
                throw new GostBtException(
                    GostBtFailure.Conflict,
                    $"{port} cannot be published: {taken} is published already and leads to another port of this PC.",
                    $"Remove {taken} first with Remove-GostBtPort.");
            }

            list.AddRange(list.Aggregate<PublishedPort, IEnumerable<PublishedPort>>([port], (rest, other) => rest.SelectMany(part => Without(part, other)).ToList()).ToList());
        }

        return Sorted(Joined(list));
    }

    /// <summary>The list without these ports; of a range a part may go. A port whose text names no inside goes wherever it leads.</summary>
    /// <param name="published">What is published.</param>
    /// <param name="removed">What goes.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: one of them is not published.</exception>
    public static IReadOnlyList<PublishedPort> Remove(IReadOnlyList<PublishedPort> published, IEnumerable<PublishedPort> removed)
    {
        var list = published.ToList();
        foreach (var port in removed)
        {
            var known = published.Any(other => Covers(port, other));
            if (!known)
            {
                throw new GostBtException(GostBtFailure.InvalidInput, $"{port} is not published.", $"Published: {string.Join(", ", published)}.");
            }

            list = [.. list.SelectMany(other => Covers(port, other) ? Without(other, port) : [other])];
        }

        return Sorted(list);
    }

    private static bool Covers(PublishedPort removed, PublishedPort port) =>
        removed.Overlaps(port) && (!removed.IsMapped || port.InsideOf(removed.Port) == removed.InsidePort);

    // At most three parts: before, after, and between with the protocol that is left.
    private static IEnumerable<PublishedPort> Without(PublishedPort port, PublishedPort taken)
    {
        if (!port.Overlaps(taken))
        {
            return [port];
        }

        var (first, last) = (Math.Max(port.Port, taken.Port), Math.Min(port.LastPort, taken.LastPort));
        return new[] { Part(port.Port, first - 1, port.Protocol), Part(first, last, port.Protocol & ~taken.Protocol), Part(last + 1, port.LastPort, port.Protocol) }
            .Where(part => part.Count > 0 && part.Protocol != PortProtocol.None);

        PublishedPort Part(int from, int to, PortProtocol protocol) => new(from, to, port.InsideOf(from), protocol);
    }

    private static IEnumerable<PublishedPort> Joined(IEnumerable<PublishedPort> ports) => ports
        .GroupBy(port => port with { Protocol = PortProtocol.None })
        .Select(group => group.Key with { Protocol = group.Aggregate(PortProtocol.None, (all, port) => all | port.Protocol) });

    private static IReadOnlyList<PublishedPort> Sorted(IEnumerable<PublishedPort> ports) => [.. ports.OrderBy(port => port.Port).ThenBy(port => port.Protocol)];
}
