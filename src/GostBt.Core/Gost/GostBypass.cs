namespace GostBt.Gost;

/// <summary>One of <c>bypasses</c>.</summary>
/// <param name="Name">Unique.</param>
public sealed record GostBypass(string Name)
{
    /// <summary>Turns it round: what does not match is bypassed.</summary>
    public bool Whitelist { get; init; }

    /// <summary>Addresses, CIDR ranges, names, <c>*.name</c>, each optionally with <c>:port</c>.</summary>
    public IReadOnlyList<string> Matchers { get; init; } = [];

    /// <summary>A file with more matchers, one a line.</summary>
    public string? File { get; init; }

    /// <summary>How often the file is looked at.</summary>
    public TimeSpan? Reload { get; init; }
}
