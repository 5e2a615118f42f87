using System.Globalization;

namespace GostBt.Server;

/// <summary>What firewall.sh needs to know of a profile beside its rules: a setting a line, a key, a space, the value.</summary>
internal static class FirewallSettings
{
    /// <param name="plan">The profile's firewall.</param>
    /// <param name="backend">What carries the rules.</param>
    public static string Write(FirewallPlan plan, FirewallBackend backend) => string.Concat(
        new[]
        {
            ("backend", backend == FirewallBackend.Nft ? "nft" : "iptables"),
            ("device", plan.Device),
            ("client", plan.Client),
            ("client6", plan.Client6),
            ("tunnel-port", plan.TunnelPort.ToString(CultureInfo.InvariantCulture)),
        }.Where(setting => setting.Item2 is not null).Select(setting => setting.Item1 + " " + setting.Item2 + "\n"));
}
