namespace GostBt.Gost;

/// <summary>One of <c>forwarder.nodes</c>.</summary>
/// <param name="Name">Unique in its forwarder.</param>
/// <param name="Addr"><c>host:port</c>.</param>
public sealed record GostForwardNode(string Name, string Addr);
