namespace GostBt.Model;

/// <summary>What the local SOCKS5 does with each address family.</summary>
/// <param name="IPv4">IPv4 destinations.</param>
/// <param name="IPv6">IPv6 destinations.</param>
public sealed record SplitRoute(RouteVia IPv4 = RouteVia.Proxy, RouteVia IPv6 = RouteVia.Direct);
