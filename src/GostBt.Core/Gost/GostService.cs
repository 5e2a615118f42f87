namespace GostBt.Gost;

/// <summary>One of <c>services</c>.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Addr">Where it listens, <c>[host]:port</c>.</param>
/// <param name="Handler">What it does with a connection.</param>
/// <param name="Listener">How it takes one.</param>
public sealed record GostService(string Name, string Addr, GostHandler Handler, GostListener Listener)
{
    /// <summary>The name of a bypass: destinations it matches are refused.</summary>
    public string? Bypass { get; init; }

    /// <summary>Fixed destinations (<c>forwarder.nodes</c>); makes a <c>tun</c> service a client.</summary>
    public IReadOnlyList<GostForwardNode> Forwarder { get; init; } = [];
}
