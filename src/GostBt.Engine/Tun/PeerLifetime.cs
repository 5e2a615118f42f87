namespace GostBt.Engine.Tun;

/// <summary>When a server forgets a client. gost never does, so that replies go on to whoever has its old address.</summary>
internal static class PeerLifetime
{
    // gost's own keepalive period is 10 s; a client that sent one keepalive only has them off and may be idle for long.
    private static readonly TimeSpan Regular = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WithoutKeepalive = TimeSpan.FromHours(1);
    private static readonly TimeSpan Superseded = TimeSpan.FromSeconds(15);

    /// <summary>Whether a peer was silent too long, or others have announced all its addresses.</summary>
    internal static bool HasEnded(TunServerPeer peer, TunServerContext context) =>
        HasEnded(peer.Link.Silence, peer.Keepalives, context.Peers.Knows(peer.Link), context.Settings.Keepalive);

    /// <param name="silence">Since when nothing was heard.</param>
    /// <param name="keepalives">How many it sent.</param>
    /// <param name="hasAddress">Whether one of its addresses is still its own.</param>
    /// <param name="period">The server's keepalive period, which its clients' may resemble.</param>
    internal static bool HasEnded(TimeSpan silence, int keepalives, bool hasAddress, TimeSpan period)
    {
        if (!hasAddress)
        {
            return silence > Superseded;
        }

        var regular = TimeSpan.FromTicks(Math.Max(Regular.Ticks, period.Ticks * 4));
        return silence > (keepalives > 1 ? regular : WithoutKeepalive);
    }
}
