using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>A profile as this PC can carry it: where its system has IPv6 switched off, the tunnel goes without.</summary>
internal static class HomeProfile
{
    public static Profile Of(Profile stored, ITunnelPlatform platform) =>
        platform.HasIPv6 ? stored : stored with { Server = stored.Server with { PublicAddress6 = null } };

    /// <summary>Why peers do not reach this PC over IPv6 although its server has it; null when they do, or the server has none.</summary>
    public static string? WhyNoIPv6(Profile stored, ITunnelPlatform platform)
    {
        if (stored.Server.PublicAddress6 is null || TunnelNetwork6.Of(Of(stored, platform)) is not null)
        {
            return null;
        }

        if (platform.HasIPv6)
        {
            return FormattableString.Invariant($"the tunnel's MTU ({stored.Tunnel.Mtu}) is below IPv6's least ({TunnelNetwork6.LeastMtu}): peers reach this PC over IPv4 only");
        }

        var by = platform.IsWindows ? "DisabledComponents in the registry" : "sysctl net.ipv6.conf.default.disable_ipv6";
        return $"IPv6 is switched off on this PC ({by}): peers reach it over IPv4 only";
    }
}
