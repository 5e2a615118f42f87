namespace GostBt.Model;

/// <summary>A profile's split route: what <c>Set-</c> and <c>Get-GostBtSplitRoute</c> return.</summary>
public sealed record GostBtSplitRoute
{
    /// <summary>The profile's name; binds to every other cmdlet's <c>-Name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the local SOCKS5 does with IPv4 destinations.</summary>
    public required RouteVia IPv4 { get; init; }

    /// <summary>What the local SOCKS5 does with IPv6 destinations.</summary>
    public required RouteVia IPv6 { get; init; }

    /// <summary>Whether the running SOCKS5 was seen to act by it; false while the tunnel is stopped, which takes it up at its start.</summary>
    public bool Applied { get; init; }
}
