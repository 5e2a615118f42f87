namespace GostBt.Tunnel;

/// <summary>Which engine it is.</summary>
/// <param name="Name"><c>gostbt</c> or <c>gost</c>.</param>
/// <param name="Version">Null where the program does not tell.</param>
internal sealed record EngineName(string Name, string? Version);
