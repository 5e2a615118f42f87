using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;
using Xunit.Sdk;

namespace GostBt.Lab.Tests.Server;

/// <summary>
/// A published port opens on a server with another firewall, whose rules are afterwards what they were before; and its reload neither closes the port
/// nor restarts the engine. Each with the real tool, in a container that is booted; Docker's rules alone are those of a stand-in.
/// </summary>
public sealed class CoexistenceTests(FirewalledFixture fixture) : IClassFixture<FirewalledFixture>
{
    private const string Client = "192.168.123.2";

    [SkippableFact]
    public Task Ufw() => LivesWithAsync(OtherFirewall.Ufw, reboot: true);

    [SkippableFact]
    public Task Firewalld() => LivesWithAsync(OtherFirewall.Firewalld, before: "firewall-cmd --reload");

    [SkippableFact]
    public Task Docker_s_chains() => LivesWithAsync(OtherFirewall.DockerLike);

    [SkippableFact]
    public Task Iptables_that_drop_and_strict_reverse_path_filtering() => LivesWithAsync(OtherFirewall.IptablesDrop);

    [SkippableFact]
    public Task Tables_of_nftables_that_drop() => LivesWithAsync(OtherFirewall.NftablesDrop);

    [SkippableFact]
    public Task Tables_of_nftables_under_the_names_of_iptables() => LivesWithAsync(OtherFirewall.NftablesTranslated);

    [SkippableTheory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public Task Iptables_alone_carry_the_rules_where_nft_is_missing(string kind) => LivesWithAsync(OtherFirewall.WithoutNft(kind));

    [SkippableFact]
    public async Task One_PC_reaches_nothing_of_another_s()
    {
        var lab = await fixture.LabAsync();
        await fixture.UpAsync("ports: [ { port: 6666, protocol: both } ]");
        try
        {
            await fixture.UpAsync(
                "tunnel: { port: 8444, tunPort: 8422, network: 192.168.124.0/24, client: 192.168.124.2, interface: other_tun }\nports: [ { port: 7777, protocol: both } ]",
                "attacker",
                "other");
            try
            {
                using var mine = Witness.Start(lab, "home", 6666, Client);
                using var theirs = Witness.Start(lab, "attacker", 7777, "192.168.124.2");
                Assert.NotNull(await Witness.AnsweredAsync(() => Witness.AskUdpAsync(lab, "peer1", lab.Facts.VpsAddress, 6666)));
                Assert.NotNull(await Witness.AnsweredAsync(() => Witness.AskUdpAsync(lab, "peer1", lab.Facts.VpsAddress, 7777)));
                (await lab.ShAsync("attacker", "for i in $(seq 30); do ping -I 192.168.124.2 -c 1 -W 1 192.168.124.1 && exit; sleep 0.2; done; exit 1")).Succeeded();
                foreach (var address in new[] { "192.168.123.1", Client })
                {
                    Assert.NotEqual(0, (await lab.ShAsync("attacker", $"ping -I 192.168.124.2 -c 2 -W 1 {address}")).ExitCode);
                }

                foreach (var address in new[] { Client, lab.Facts.VpsAddress })
                {
                    // From a published port, which is let out to where it may go.
                    Assert.Equal(string.Empty, (await lab.ShAsync("attacker", $"echo x | timeout 3 socat -T 2 - UDP4:{address}:6666,bind=192.168.124.2:7778,reuseaddr; true")).Succeeded());
                    Assert.NotEqual(0, (await lab.ShAsync("attacker", $"timeout 3 socat -u TCP4:{address}:6666,bind=192.168.124.2:7777,reuseaddr,connect-timeout=2 - </dev/null")).ExitCode);
                }
            }
            finally
            {
                await fixture.DownAsync("attacker", "other");
            }

            using var still = Witness.Start(lab, "home", 6666, Client);
            Assert.NotNull(await Witness.AnsweredAsync(() => Witness.AskUdpAsync(lab, "peer1", lab.Facts.VpsAddress, 6666)));
        }
        finally
        {
            await fixture.DownAsync();
        }
    }

    // "before": what puts the tool's run-time rules into the form they have after a load, before they are looked at.
    private async Task LivesWithAsync(OtherFirewall other, string before = "true", bool reboot = false)
    {
        var lab = await fixture.LabAsync();
        try
        {
            await VpsAsync(lab, "set -e; " + other.Setup);
            await VpsAsync(lab, before);
            var was = await VpsAsync(lab, OtherFirewall.Snapshot);
            await fixture.UpAsync("ports: [ { port: 6666, protocol: both }, { port: 7000, last: 7009, inside: 6000, protocol: both } ]");
            try
            {
                await OpensAsync(lab, "after the deployment");
                var engine = await VpsAsync(lab, "systemctl show -p MainPID --value gostbt@home");
                foreach (var reload in other.Reloads)
                {
                    await VpsAsync(lab, "set -e; " + reload);
                    await OpensAsync(lab, "after " + reload);
                    Assert.Equal(string.Empty, await VpsAsync(lab, "/usr/local/lib/gostbt/firewall check home || true"));
                    Assert.Equal(engine, await VpsAsync(lab, "systemctl show -p MainPID --value gostbt@home"));
                }

                if (reboot)
                {
                    await lab.RebootVpsAsync();
                    await OpensAgainAsync(lab, "after a reboot");
                }
            }
            finally
            {
                await fixture.DownAsync();
            }

            await VpsAsync(lab, before);
            Assert.Equal(was.Split('\n'), (await VpsAsync(lab, OtherFirewall.Snapshot)).Split('\n'));
        }
        finally
        {
            await VpsAsync(lab, other.Undo);
        }
    }

    // An agent that lost sight of the server brings its tunnel up anew, also when it has just carried a packet again.
    private static async Task OpensAgainAsync(RaisedLab lab, string when)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(500))
        {
            try
            {
                await OpensAsync(lab, when);
                return;
            }
            catch (Exception e) when (watch.Elapsed < TimeSpan.FromMinutes(2) && e is (SocketException or XunitException or InvalidOperationException))
            {
                // The tunnel goes, or is not up yet.
            }
        }
    }

    // A port and a mapped one, TCP and UDP, IPv4 and IPv6: home sees the peer's own address, and sends from the port that peers know.
    private static async Task OpensAsync(RaisedLab lab, string when)
    {
        var facts = lab.Facts;
        (await lab.ShAsync("home", "for i in $(seq 50); do ping -c 1 -W 1 192.168.123.1 && exit; sleep 0.2; done; exit 1")).Succeeded();
        var client6 = (await lab.ShAsync("home", "ip -o -6 address show dev gost_tun scope global | sed 's/.* inet6 \\([^/]*\\).*/\\1/'")).Succeeded().Trim();
        foreach (var (outside, inside) in new[] { (6666, 6666), (7003, 6003) })
        {
            foreach (var (server, peer, client) in new[]
            {
                (facts.VpsAddress, facts.AddressOf("peer1"), Client), (facts.VpsAddress6, facts.AddressOf("peer1", ipv6: true), client6),
            })
            {
                var seen = await Witness.HowSeenAsync(lab, new IPEndPoint(IPAddress.Parse(client), inside), "peer1", peer);
                Assert.Equal(new IPEndPoint(IPAddress.Parse(server), outside), seen);
                using var witness = Witness.Start(lab, "home", inside, client);
                Assert.True((await Witness.AnsweredAsync(() => Witness.AskTcpAsync(lab, "peer1", server, outside)))?.Address.ToString() == peer, $"TCP {server} {outside} {when}");
                Assert.True((await Witness.AnsweredAsync(() => Witness.AskUdpAsync(lab, "peer1", server, outside)))?.Address.ToString() == peer, $"UDP {server} {outside} {when}");
            }
        }
    }

    private static async Task<string> VpsAsync(RaisedLab lab, string script) => (await lab.ShAsync("vps", script)).Succeeded();
}
