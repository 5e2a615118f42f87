using GostBt.Core.Tests.Tunnel;
using GostBt.Model;
using GostBt.Routing;

namespace GostBt.Core.Tests.Routing;

public sealed class TunnelGuardTests
{
    [Fact]
    public void It_names_the_ports_inside_and_the_tunnel_s_addresses_only()
    {
        var guard = Guard("443:6666/both", "7000-7009/udp");

        Assert.Equal(
            [
                "iifname != \"gost_tun\" accept",
                "ip daddr != 192.168.123.2 drop",
                "meta nfproto ipv6 drop",
                "tcp flags & (syn | ack) != syn accept",
                "tcp dport { 6666 } accept",
                "udp dport { 6666, 7000-7009 } accept",
            ],
            guard.Rules.Split('\n').Take(6));
        Assert.Equal("drop", guard.Rules.Split('\n')[^1]);
    }

    [Fact]
    public void Without_a_port_of_a_protocol_nothing_of_it_is_let_in() =>
        Assert.DoesNotContain("tcp dport {", Guard("6666/udp").Rules, StringComparison.Ordinal);

    [Fact]
    public void IPv6_is_let_in_to_the_tunnel_s_address_where_the_server_publishes_it()
    {
        var profile = Samples.Profile with { Server = Samples.Profile.Server with { PublicAddress6 = "2001:db8::1" } };
        var rules = TunnelGuard.For(profile, profile.Ports).Rules.Split('\n');

        Assert.Contains(rules, rule => rule.StartsWith("ip6 daddr != fd", StringComparison.Ordinal) && rule.EndsWith("::2 drop", StringComparison.Ordinal));
        Assert.DoesNotContain("meta nfproto ipv6 drop", rules);
    }

    [Fact]
    public void Other_ports_are_another_mark_and_each_rule_carries_it()
    {
        var (one, other) = (Guard("6666"), Guard("6667"));

        Assert.NotEqual(one.Mark, other.Mark);
        Assert.Equal(one.Mark, Guard("6666").Mark);
        Assert.Equal(one.Count, one.Script().Split('\n').Count(line => line.EndsWith($" comment \"{one.Mark}\"", StringComparison.Ordinal)));
    }

    private static TunnelGuard Guard(params string[] ports) => TunnelGuard.For(Samples.Profile, [.. ports.Select(port => PublishedPort.Parse(port))]);
}
