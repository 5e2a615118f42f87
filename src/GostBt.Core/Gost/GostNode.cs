namespace GostBt.Gost;

/// <summary>One of a hop's <c>nodes</c>: the far end.</summary>
/// <param name="Name">Unique in its hop.</param>
/// <param name="Addr"><c>host:port</c>.</param>
/// <param name="Connector">The proxy protocol spoken to it.</param>
/// <param name="Dialer">The carrier below it.</param>
public sealed record GostNode(string Name, string Addr, GostConnector Connector, GostDialer Dialer);
