namespace GostBt.Gost;

/// <summary>One of a chain's <c>hops</c>.</summary>
/// <param name="Name">Unique in its chain.</param>
/// <param name="Nodes">The choices; the bundled engine takes exactly one.</param>
public sealed record GostHop(string Name, IReadOnlyList<GostNode> Nodes)
{
    /// <summary>The name of a bypass: destinations it matches skip this hop and go direct.</summary>
    public string? Bypass { get; init; }
}
