namespace GostBt.Gost;

/// <summary>The part of gost v3's configuration that GostBt writes and the bundled engine reads (go-gost/x/config/config.go).</summary>
public sealed record GostConfiguration
{
    /// <summary>What listens.</summary>
    public IReadOnlyList<GostService> Services { get; init; } = [];

    /// <summary>How services reach the far end.</summary>
    public IReadOnlyList<GostChain> Chains { get; init; } = [];

    /// <summary>Who may use a service.</summary>
    public IReadOnlyList<GostAuther> Authers { get; init; } = [];

    /// <summary>Which destinations a service refuses, or a chain is not used for.</summary>
    public IReadOnlyList<GostBypass> Bypasses { get; init; } = [];

    /// <summary>
    /// Log level: <c>trace</c>, <c>debug</c>, <c>info</c>, <c>warn</c>, <c>error</c>, and of gost alone <c>fatal</c>; null is gost's own default.
    /// </summary>
    public string? LogLevel { get; init; }
}
