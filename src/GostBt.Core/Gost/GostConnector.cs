namespace GostBt.Gost;

/// <summary>A node's <c>connector</c>.</summary>
/// <param name="Type"><c>relay</c> (or <c>socks5</c>, which only gost serves).</param>
public sealed record GostConnector(string Type)
{
    /// <summary>The user it presents.</summary>
    public GostAuth? Auth { get; init; }

    /// <summary>Settings of that connector type: text, numbers, Booleans.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; init; } = new Dictionary<string, object>();
}
