using GostBt.Model;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class IptablesRendererTests
{
    private static readonly FirewallPlan Everything = FirewallPlan.For(FirewallSamples.Everything, Samples.Fresh);

    [Fact]
    public void The_chains_of_a_profile() => Golden.Equal("firewall.iptables", IptablesRenderer.Render4(Everything));

    [Fact]
    public void The_chains_of_a_profile_for_IPv6() => Golden.Equal("firewall.ip6tables", IptablesRenderer.Render6(Everything));

    [Fact]
    public void Without_IPv6_in_the_tunnel_nothing_of_it_passes()
    {
        var rules = IptablesRenderer.Render6(FirewallPlan.For(FirewallSamples.WithoutIPv6, Samples.Fresh));

        Assert.DoesNotContain("*nat", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("-d fd", rules, StringComparison.Ordinal);
        foreach (var chain in new[] { "to", "from", "in" })
        {
            Assert.EndsWith(" -j DROP", rules.Split('\n').Last(line => line.StartsWith($"-A GOSTBT-{chain}-", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Behind_the_providers_address_translation_the_outgoing_device_gives_the_source()
    {
        var rules = IptablesRenderer.Render4(Everything with { SourceAddress = null });

        Assert.Contains("--sport 9000 -j MASQUERADE --to-ports 8000\n", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("SNAT", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_single_ports_share_rules_by_fifteen()
    {
        var profile = Samples.Profile() with { Ports = [.. Enumerable.Range(0, 1000).Select(i => new PublishedPort(10000 + (2 * i), PortProtocol.Tcp))] };

        var lists = IptablesRenderer.Render4(FirewallPlan.For(profile, Samples.Fresh)).Split('\n').Where(line => line.Contains("--dports", StringComparison.Ordinal)).ToList();

        Assert.Equal(67, lists.Count);
        Assert.All(lists, line => Assert.InRange(line.Split("--dports ")[1].Split(' ')[0].Split(',').Length, 1, 15));
    }

    [Fact]
    public void No_chain_of_the_longest_name_is_too_long_for_the_kernel()
    {
        var plan = FirewallPlan.For(FirewallSamples.Everything with { Name = new ProfileName("a-name-of-20-letters") }, Samples.Fresh);

        var chains = IptablesRenderer.Render4(plan).Split('\n').Where(line => line.StartsWith(':')).Select(line => line.Split(' ')[0][1..]).ToList();

        Assert.NotEmpty(chains);
        Assert.All(chains, chain => Assert.InRange(chain.Length, 1, 28));
    }
}
