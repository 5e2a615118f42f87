namespace GostBt.Gost;

/// <summary>A service's <c>listener</c>.</summary>
/// <param name="Type"><c>tun</c>, <c>tcp</c>, <c>tls</c>, <c>ws</c> or <c>wss</c>.</param>
public sealed record GostListener(string Type)
{
    /// <summary>Certificate and key of <c>tls</c> and <c>wss</c>.</summary>
    public GostTls? Tls { get; init; }

    /// <summary>Settings of that listener type: text, numbers, Booleans.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; init; } = new Dictionary<string, object>();
}
