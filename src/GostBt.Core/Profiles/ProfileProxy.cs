using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>The <c>proxy</c> part of a profile: the SOCKS5 for trackers, on loopback and the tunnel's own address.</summary>
public sealed record ProfileProxy
{
    /// <summary>1 to 65535.</summary>
    public int Port { get; init; } = 5522;

    /// <summary>Which address family goes through the server.</summary>
    public SplitRoute Split { get; init; } = new();
}
