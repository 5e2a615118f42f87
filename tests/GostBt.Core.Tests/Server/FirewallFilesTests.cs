using GostBt.Processes;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Server;

public sealed class FirewallFilesTests
{
    private static ServerFacts WithoutNft => Samples.Fresh with { Nft = null, NftWorks = false, IptablesWorks = true };

    [Fact]
    public void Nft_carries_the_rules_wherever_it_works() => Assert.Equal(
        ["/etc/gostbt/home/firewall.settings", "/etc/gostbt/home/firewall.nft"],
        FirewallFiles.For(Samples.Profile(), Samples.Fresh with { IptablesWorks = true }).Select(file => file.Path));

    [Fact]
    public void Iptables_carries_them_where_nft_is_missing()
    {
        Assert.Equal(
            ["/etc/gostbt/home/firewall.settings", "/etc/gostbt/home/firewall.iptables", "/etc/gostbt/home/firewall.ip6tables"],
            FirewallFiles.For(Samples.Profile(), WithoutNft).Select(file => file.Path));
        Assert.Contains("(chains GOSTBT-*-gbt-home of iptables)", FirewallFiles.Describe(Samples.Profile(), WithoutNft), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_nft_but_with_iptables_will_do() => ServerRequirements.Require(Samples.Profile(), WithoutNft);

    [Fact]
    public void A_firewall_that_is_there_is_named_in_the_plan() =>
        Assert.Contains(" and let ufw pass its packets: ", Samples.Plan(Samples.Profile(), Samples.Fresh with { FirewallFrontEnd = "ufw" }).ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_settings_say_what_other_firewalls_have_to_let_pass()
    {
        Assert.Equal(
            "backend nft\ndevice gbt-home\nclient 192.168.123.2\nclient6 fd7a:6f73:7462:bba8::2\ntunnel-port 8443\n",
            FirewallSettings.Write(FirewallPlan.For(Samples.Profile(), Samples.Fresh), FirewallBackend.Nft));
        Assert.Equal(
            "backend iptables\ndevice gbt-home\nclient 192.168.123.2\ntunnel-port 8443\n",
            FirewallSettings.Write(FirewallPlan.For(FirewallSamples.WithoutIPv6, WithoutNft), FirewallBackend.Iptables));
    }

    [SkippableTheory]
    [InlineData(":FORWARD DROP [0:0]", "FORWARD")]
    [InlineData("-A INPUT -j DROP", "INPUT")]
    [InlineData("-A INPUT -i eth0 -m comment --comment \"of the world\" -j world\n-A world -p udp -j ACCEPT\n-A world -j REJECT --reject-with tcp-reset", "INPUT")]
    [InlineData("-A FORWARD -g world\n-A world -j end\n-A end -j DROP", "FORWARD")]
    [InlineData(":FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]", "DOCKER-USER")]
    [InlineData("-A INPUT -s 203.0.113.0/24 -j world\n-A world -j DROP", "")]
    [InlineData("-A FORWARD -j LIBVIRT_FWI\n-A LIBVIRT_FWI -o virbr0 -j REJECT --reject-with icmp-port-unreachable", "")]
    [InlineData("-A FORWARD -i gbt-home -j GOSTBT-from-gbt-home\n-A GOSTBT-from-gbt-home -j DROP", "")]
    public Task Chains_of_iptables_that_shut_are_found(string rules, string chains) =>
        FindsAsync($"printf '%s\\n' '*filter' {ShellQuote.Quote(rules)} COMMIT | chains_shut", chains);

    [SkippableTheory]
    [InlineData("type filter hook input priority filter; policy drop;", "", "inet t base input")]
    [InlineData("type filter hook forward priority filter; policy accept;\ncounter reject with icmpx type admin-prohibited", "", "inet t base forward")]
    [InlineData(
        "type filter hook input priority filter; policy accept;\niifname \"eth0\" counter jump world comment \"all of it\"",
        "tcp dport 22 accept\nlog prefix \"shut: \" drop",
        "inet t base input")]
    [InlineData("type filter hook input priority filter; policy accept;\ntcp dport 25 jump world", "drop", "")]
    [InlineData("type filter hook input priority filter; policy accept;\njump world", "iifname \"virbr0\" drop", "")]
    [InlineData("type filter hook output priority filter; policy drop;", "", "")]
    public Task Chains_of_nftables_that_shut_are_found(string rules, string world, string chains)
    {
        var table = $"table inet t {{\nchain base {{\n{rules}\n}}\nchain world {{\n{world}\n}}\n}}";
        return FindsAsync($"nft() {{ printf '%s\\n' {ShellQuote.Quote(table)}; }}; nftables_shut", chains);
    }

    [SkippableTheory]
    [InlineData("load", "../home")]
    [InlineData("check", "a b")]
    [InlineData("print", "$(touch /tmp/x)")]
    [InlineData("unload", "Home")]
    [InlineData("load", "")]
    [InlineData("flush", "home")]
    public async Task The_program_takes_nothing_but_its_verbs_and_profile_names(string verb, string name)
    {
        Skip.IfNot(File.Exists("/bin/sh"), "there is no /bin/sh");

        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-c", FirewallFiles.ProgramText(), "firewall", verb, name]) { Deadline = TimeSpan.FromSeconds(30) }, CancellationToken.None);

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("usage: ", outcome.Error, StringComparison.Ordinal);
    }

    private static async Task FindsAsync(string script, string chains)
    {
        Skip.IfNot(File.Exists("/bin/sh"), "there is no /bin/sh");

        var program = EmbeddedScript.Read("Server", "firewall-chains.sh") + script;
        var outcome = await ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", ["-c", program]) { Deadline = TimeSpan.FromSeconds(30) }, CancellationToken.None);

        Assert.Equal((chains, string.Empty), (outcome.Output.Trim(), outcome.Error));
    }
}
