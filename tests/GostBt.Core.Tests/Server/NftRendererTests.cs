using GostBt.Model;
using GostBt.Processes;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class NftRendererTests
{
    [Fact]
    public void The_table_of_a_profile() =>
        Golden.Equal("firewall.nft", NftRenderer.Render(FirewallPlan.For(Samples.Profile(), Samples.Fresh)));

    [Fact]
    public void Ranges_mapped_ports_and_IPv6() =>
        Golden.Equal("firewall-all.nft", NftRenderer.Render(FirewallPlan.For(FirewallSamples.Everything, Samples.Fresh)));

    [Fact]
    public void Without_IPv6_on_the_server_none_is_published()
    {
        var rules = NftRenderer.Render(FirewallPlan.For(FirewallSamples.WithoutIPv6, Samples.Fresh));

        Assert.DoesNotContain("fd7a", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("nfproto ipv6", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_the_providers_address_translation_the_outgoing_device_gives_the_source()
    {
        var behind = Samples.Fresh with { Addresses = ["127.0.0.1", "10.1.2.3"], Addresses6 = [] };

        var rules = NftRenderer.Render(FirewallPlan.For(FirewallSamples.Everything, behind));

        Assert.Contains("udp sport @udp_ports masquerade\n", rules, StringComparison.Ordinal);
        Assert.Contains("meta l4proto udp masquerade to : udp sport map @udp_out\n", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("snat", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_port_of_a_protocol_its_set_is_empty_but_there()
    {
        var profile = Samples.Profile() with { Ports = [new PublishedPort(6666, PortProtocol.Tcp)] };

        var rules = NftRenderer.Render(FirewallPlan.For(profile, Samples.Fresh));

        Assert.Contains("set udp_ports {\n        type inet_service\n        flags interval\n    }", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_ports_are_as_many_rules_as_one()
    {
        var one = Samples.Profile() with { Ports = [new PublishedPort(10000), PublishedPort.Parse("443:9000")] };
        var thousand = one with { Ports = [.. Enumerable.Range(0, 998).Select(i => new PublishedPort(10000 + (2 * i))), PublishedPort.Parse("443:9000"), PublishedPort.Parse("444:9010")] };

        Assert.Equal(
            NftRenderer.Render(FirewallPlan.For(one, Samples.Fresh)).Count(character => character == '\n'),
            NftRenderer.Render(FirewallPlan.For(thousand, Samples.Fresh)).Count(character => character == '\n'));
    }

    [SkippableTheory]
    [InlineData("home", false)]
    [InlineData("nas-2", true)]
    [InlineData("a-name-of-20-letters", true)]
    public async Task Nft_itself_accepts_it(string name, bool everything)
    {
        var nft = new[] { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft" }.FirstOrDefault(File.Exists);
        Skip.If(nft is null, "nft is not installed");
        Skip.IfNot(Environment.IsPrivilegedProcess, "nft needs root even to check");
        var folder = Directory.CreateTempSubdirectory("gostbt-test-").FullName;
        try
        {
            // The engine's user only exists on servers; nobody exists everywhere.
            var file = Path.Combine(folder, "firewall.nft");
            var profile = everything ? FirewallSamples.Everything with { Name = new ProfileName(name) } : Samples.Profile(name);
            var plan = FirewallPlan.For(profile, Samples.Fresh) with { User = "nobody" };
            await File.WriteAllTextAsync(file, NftRenderer.Render(plan));

            // In a network namespace of its own: even a check looks at what is loaded.
            var outcome = await ProcessRunner.RunAsync(
                new ProcessCommand("unshare", ["-n", nft!, "-c", "-f", file]) { Deadline = TimeSpan.FromSeconds(30) }, CancellationToken.None);

            Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Error));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
