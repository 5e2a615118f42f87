using System.Globalization;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>
/// A home that is a booted Debian with a firewall of its own, the real tool: peers come in while the tunnel is up, a reload of the tool shuts them out for a moment at most, and its rules are afterwards
/// what they were.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class HomeFirewallTests(HomeFirewallFixture fixture) : IClassFixture<HomeFirewallFixture>
{
    [SkippableFact]
    public Task Ufw() => LetsInAsync(OtherFirewall.Ufw);

    [SkippableFact]
    public Task Firewalld() => LetsInAsync(OtherFirewall.Firewalld, before: "firewall-cmd --reload");

    [SkippableFact]
    public Task Iptables_over_nftables_with_policies_that_drop() => LetsInAsync(OtherFirewall.IptablesDrop);

    [SkippableFact]
    public Task Tables_of_nftables_that_drop() => LetsInAsync(OtherFirewall.NftablesDrop);

    [SkippableFact]
    public Task Iptables_legacy_with_policies_that_drop() =>
        LetsInAsync(OtherFirewall.WithoutNft("legacy") with { Reloads = ["iptables-restore /etc/iptables.rules; ip6tables-restore /etc/ip6tables.rules"] });

    private async Task LetsInAsync(OtherFirewall other, string before = "true")
    {
        var lab = await fixture.LabAsync();
        try
        {
            (await lab.ShAsync("home", "set -e; " + other.Setup)).Succeeded();
            (await lab.ShAsync("home", before)).Succeeded();
            var was = (await lab.ShAsync("home", OtherFirewall.Snapshot)).Succeeded();
            (await fixture.GostBtAsync("start", "home")).Succeeded();
            try
            {
                using var witness = Witness.Start(lab, "home", 6666, HomeFirewallFixture.Client);
                using var witness6 = Witness.Start(lab, "home", 6666, await fixture.Client6Async());
                await ReachedAsync(lab, "after the start");
                // The first is the usual one; how the others go is the same for what stands beside the tool's own rules.
                foreach (var reload in other.Reloads.Take(1))
                {
                    (await lab.ShAsync("home", "set -e; " + reload)).Succeeded();
                    Console.WriteLine(FormattableString.Invariant($"home's firewall: open {await ReachedAsync(lab, reload)} ms after {reload.Split('\n')[0]}"));
                }
            }
            finally
            {
                (await fixture.GostBtAsync("down", "home")).Succeeded();
            }

            (await lab.ShAsync("home", before)).Succeeded();
            Assert.Equal(was.Split('\n'), (await lab.ShAsync("home", OtherFirewall.Snapshot)).Succeeded().Split('\n'));
        }
        finally
        {
            await lab.ShAsync("home", other.Undo);
        }
    }

    // How long until a peer was let in over all of it, milliseconds. The health check's promise is 2 s; a busy machine has 20.
    private static async Task<int> ReachedAsync(RaisedLab lab, string when)
    {
        var (four, six) = (lab.Facts.VpsAddress, lab.Facts.VpsAddress6);
        var asked = (await lab.ShAsync("peer1", $$"""
            start=$(date +%s%N)
            ask() {
                until timeout 2 socat -T 0.3 - "$1" </dev/null 2>/dev/null | grep -q .; do
                    [ $(date +%s%N) -lt $((start + 20000000000)) ] || { echo "$1 is shut"; exit 0; }
                done
            }
            ask TCP4:{{four}}:6666,connect-timeout=0.3; ask 'TCP6:[{{six}}]:6666,connect-timeout=0.3'
            until echo x | timeout 2 socat -T 0.3 - UDP4:{{four}}:6666 2>/dev/null | grep -q .; do [ $(date +%s%N) -lt $((start + 20000000000)) ] || { echo 'UDP is shut'; exit 0; }; done
            echo $((($(date +%s%N) - start) / 1000000))
            """)).Succeeded().Trim();
        Assert.True(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var took), $"{asked} {when}");
        return took;
    }
}
