namespace GostBt.Gost;

/// <summary>A service's <c>handler</c>.</summary>
/// <param name="Type"><c>tun</c>, <c>relay</c> or <c>socks5</c>.</param>
public sealed record GostHandler(string Type)
{
    /// <summary>The name of the chain its outgoing connections take.</summary>
    public string? Chain { get; init; }

    /// <summary>The name of an auther.</summary>
    public string? Auther { get; init; }

    /// <summary>A single user instead of an auther.</summary>
    public GostAuth? Auth { get; init; }

    /// <summary>Settings of that handler type: text, numbers, Booleans.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; init; } = new Dictionary<string, object>();
}
