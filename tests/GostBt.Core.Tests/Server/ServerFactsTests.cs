using GostBt.Model;
using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class ServerFactsTests
{
    [Fact]
    public void A_fresh_server_is_read()
    {
        var facts = Samples.Fresh;

        Assert.Equal("Debian GNU/Linux 12 (bookworm)", facts.System);
        Assert.Equal(("x86_64", 252, "1.0.6", true, true), (facts.Architecture, facts.Systemd, facts.Nft, facts.NftWorks, facts.Tun));
        Assert.Equal(22, facts.SshPort);
        Assert.Equal("198.51.100.10", facts.Source);
        Assert.Equal(["127.0.0.1", "198.51.100.10"], facts.Addresses);
        Assert.Equal(["198.51.100.1", "2001:db8::1"], facts.NameServers);
        Assert.Equal(["2001:db8:10::10"], facts.Addresses6);
        Assert.Equal((true, "2001:db8:10::10"), (facts.HasIPv6, facts.Source6));
        Assert.False(facts.Forwarding);
        Assert.False(facts.HasUser);
        Assert.Empty(facts.Profiles);
        Assert.Equal(new ListeningSocket(PortProtocol.Tcp, "0.0.0.0", 22, "sshd", 35), facts.Sockets[0]);
        Assert.Equal(new ListeningSocket(PortProtocol.Tcp, "[::]", 22, "sshd", 35), facts.Sockets[1]);
        Assert.Equal(new ListeningSocket(PortProtocol.Udp, "127.0.0.53", 53, "systemd-resolve", 312), facts.Sockets[2]);
        Assert.True(facts.Sockets[2].IsLoopback);
    }

    [Theory]
    [InlineData("nft-works yes", true)]
    [InlineData("iptables-works yes\nip6tables-works yes", true)]
    [InlineData("iptables-works yes", false)]
    public void IPv6_that_cannot_be_filtered_is_none(string works, bool has) =>
        Assert.Equal(has, ServerFactsParser.Parse(Samples.FreshDebian.Replace("nft-works yes", works, StringComparison.Ordinal)).HasIPv6);

    [Fact]
    public void A_deployed_profile_is_read_with_its_manifest_and_certificate()
    {
        var facts = ServerFactsParser.Parse("""
            gostbt-facts 1
            user gostbt
            placed aa11 755 root:root /usr/local/lib/gostbt/gostbt
            profile nas-2
            manifest nas-2 gostbt-manifest 1
            manifest nas-2 tunnel-port 443
            manifest nas-2 port 6666/both
            manifest nas-2 port 7000/udp
            manifest nas-2 rules 99
            certificate nas-2 -----BEGIN CERTIFICATE-----
            certificate nas-2 AAAA
            certificate nas-2 -----END CERTIFICATE-----
            unit gostbt@nas-2.service active enabled
            unit gostbt-firewall@nas-2.service inactive disabled
            main-pid nas-2 77
            rules nas-2 98
            profile nas
            unit gostbt@nas.service failed enabled
            main-pid nas 0
            end

            """);

        var deployed = facts.Profile("nas-2")!;
        Assert.Equal(["6666/both", "7000/udp"], deployed.Values("port"));
        Assert.Equal("443", deployed.Value("tunnel-port"));
        Assert.Equal(Samples.CertificatePem, deployed.CertificatePem);
        Assert.Equal((true, true, false, false), (deployed.EngineActive, deployed.EngineEnabled, deployed.FirewallActive, deployed.FirewallEnabled));
        Assert.Equal((77, "98"), (deployed.ProcessId, deployed.RulesHash));
        Assert.Equal(new PlacedFile("/usr/local/lib/gostbt/gostbt", "aa11", "755", "root:root"), Assert.Single(facts.Files));
        var other = facts.Profile("nas")!;
        Assert.Equal((false, true, 0), (other.EngineActive, other.EngineEnabled, other.ProcessId));
        Assert.Null(other.CertificatePem);
        Assert.Empty(other.Manifest);
    }

    [Fact]
    public void What_a_login_prints_before_the_facts_is_passed_over() =>
        Assert.Equal("x86_64", ServerFactsParser.Parse("Welcome!\narch sparc\n" + Samples.FreshDebian).Architecture);

    [Theory]
    [InlineData("")]
    [InlineData("gostbt-facts 1\narch x86_64\n")]
    [InlineData("arch x86_64\nend\n")]
    public void Facts_that_are_not_whole_are_refused(string output) =>
        Assert.Equal(GostBtFailure.RemoteCommandFailed, Assert.Throws<GostBtException>(() => ServerFactsParser.Parse(output)).Failure);
}
