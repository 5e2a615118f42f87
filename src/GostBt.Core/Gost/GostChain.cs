namespace GostBt.Gost;

/// <summary>One of <c>chains</c>.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Hops">In order from here.</param>
public sealed record GostChain(string Name, IReadOnlyList<GostHop> Hops);
