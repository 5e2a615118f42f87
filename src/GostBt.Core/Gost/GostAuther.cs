namespace GostBt.Gost;

/// <summary>One of <c>authers</c>.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Auths">The users let in.</param>
public sealed record GostAuther(string Name, IReadOnlyList<GostAuth> Auths);
