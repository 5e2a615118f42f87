namespace GostBt.Routing;

/// <summary>One change to this machine's routing or firewall. Immutable, prints itself, and can be undone by what it says alone.</summary>
public abstract record RouteStep
{
    /// <summary>Whether it concerns IPv6.</summary>
    public abstract bool IsIPv6 { get; }

    /// <summary>Whether the tunnel is of no use without it. Without IPv6 it still carries IPv4, and what a firewall here keeps out is told.</summary>
    public virtual bool IsVital => !IsIPv6;
}
