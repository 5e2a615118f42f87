namespace GostBt.Gost;

/// <summary>A node's <c>dialer</c>.</summary>
/// <param name="Type"><c>tcp</c>, <c>tls</c>, <c>ws</c> or <c>wss</c>.</param>
public sealed record GostDialer(string Type)
{
    /// <summary>What it trusts, for <c>tls</c> and <c>wss</c>.</summary>
    public GostTls? Tls { get; init; }

    /// <summary>Settings of that dialer type: text, numbers, Booleans.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; init; } = new Dictionary<string, object>();
}
