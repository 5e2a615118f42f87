using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;

namespace GostBt.Lab.Tests.Probe;

/// <summary>Each part of the way broken on purpose: the test names that part.</summary>
[Collection(RunningCollection.Name)]
public sealed class StageTests(RunningFixture fixture)
{
    [SkippableFact]
    public async Task Nothing_listens()
    {
        await ExpectAsync(ProbeStage.Listener, "Nothing listens", "--no-listen");
    }

    [SkippableFact]
    public async Task A_program_listens_on_another_address()
    {
        using var elsewhere = NodeSocket.Create(fixture.Lab, "home", SocketType.Stream, AddressFamily.InterNetwork);
        elsewhere.Bind(new IPEndPoint(IPAddress.Parse(fixture.Lab.Facts["HOME_ADDRESS"]), 6666));
        elsewhere.Listen();

        var results = await fixture.TestAsync();

        var closed = results[(6666, PortProtocol.Tcp)];
        Assert.False(closed.Open);
        Assert.Equal(ProbeStage.Listener, closed.Stage);
        Assert.Contains("192.168.1.2", closed.Detail, StringComparison.Ordinal);
        Assert.Contains("192.168.123.2", closed.Remedy, StringComparison.Ordinal);
        Assert.True(results[(6666, PortProtocol.Udp)].Open);
    }

    [SkippableTheory]
    [InlineData("drop", "drops it")]
    [InlineData("reject", "refuses it")]
    public async Task The_PCs_firewall_lets_nothing_in(string verdict, string says)
    {
        await BreakAsync(
            "home",
            $"nft 'add table inet pc; add chain inet pc in {{ type filter hook input priority 0; }}; add rule inet pc in iifname gost_tun th dport {{ 6666, 7777 }} {verdict}'",
            "nft delete table inet pc",
            () => ExpectAsync(ProbeStage.LocalFirewall, says));
    }

    [SkippableFact]
    public async Task The_tunnel_is_stopped()
    {
        (await fixture.GostBtAsync("down", "home")).Succeeded();
        try
        {
            await ExpectAsync(ProbeStage.Tunnel, "not up but stopped");
        }
        finally
        {
            await fixture.UpAsync();
        }
    }

    [SkippableFact]
    public async Task The_servers_engine_is_stopped()
    {
        await BreakAsync("vps", "systemctl stop gostbt@home", "systemctl start gostbt@home", () => ExpectAsync(ProbeStage.Tunnel, string.Empty));
        await fixture.TestUntilAsync(results => results.Values.All(r => r.Open));
    }

    [SkippableFact]
    public async Task The_servers_table_is_gone()
    {
        await BreakAsync(
            "vps",
            "nft delete table inet gostbt_home",
            "nft -f /etc/gostbt/home/firewall.nft",
            () => ExpectAsync(ProbeStage.Forwarding, "table is gone"));
    }

    [SkippableFact]
    public async Task The_server_forwards_nothing()
    {
        await BreakAsync(
            "vps", "sysctl -qw net.ipv4.ip_forward=0", "sysctl -qw net.ipv4.ip_forward=1", () => ExpectAsync(ProbeStage.Forwarding, "ip_forward"));
    }

    [SkippableFact]
    public async Task Another_firewall_on_the_server_drops_what_it_does_not_know()
    {
        await BreakAsync(
            "vps",
            "nft 'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'",
            "nft delete table ip filter",
            () => ExpectAsync(ProbeStage.Forwarding, "ip filter FORWARD"));
    }

    [SkippableFact]
    public async Task A_masquerade_rule_on_the_server_hides_the_peers()
    {
        await BreakAsync(
            "vps",
            "nft 'add table ip mine; add chain ip mine out { type nat hook postrouting priority 90; }; add rule ip mine out oifname gbt-home masquerade'",
            "nft delete table ip mine",
            async () =>
            {
                var results = await fixture.TestAsync();

                Assert.All(results.Values, r =>
                {
                    Assert.True(r.Open, r.Detail);
                    Assert.False(r.SourcePreserved);
                    Assert.Equal(ProbeStage.Forwarding, r.Stage);
                    Assert.Contains("192.168.123.1", r.Detail, StringComparison.Ordinal);
                });
            });
    }

    [SkippableFact]
    public async Task The_provider_blocks_one_port()
    {
        await using var peer = await RentedHost.StartAsync(fixture, "peer1");
        await BreakAsync(
            "backbone",
            $"nft 'add table inet provider; add chain inet provider f {{ type filter hook forward priority 0; }}; add rule inet provider f ip daddr {fixture.Lab.Facts.VpsAddress} th dport 6666 drop'",
            "nft delete table inet provider",
            async () =>
            {
                var results = await fixture.TestAsync("--from", peer.Target, "--accept-host-key");

                Assert.All(results.Values.Where(r => r.Port == 6666), r => Assert.Equal((false, ProbeStage.ProviderFirewall), (r.Open, r.Stage)));
                Assert.All(results.Values.Where(r => r.Port == 7777), r => Assert.Equal((true, true), (r.Open, r.SourcePreserved)));
            });
    }

    private async Task ExpectAsync(ProbeStage stage, string says, params string[] arguments)
    {
        var results = await fixture.TestAsync(arguments);

        Assert.Equal(4, results.Count);
        Assert.All(results.Values, r =>
        {
            Assert.False(r.Open);
            Assert.True(r.Stage == stage, $"{r.Stage} instead of {stage}: {r.Detail}");
            Assert.Contains(says, r.Detail, StringComparison.Ordinal);
            Assert.NotEmpty(r.Remedy!);
        });
    }

    private async Task BreakAsync(string node, string script, string mend, Func<Task> meanwhile)
    {
        (await fixture.Lab.ShAsync(node, script)).Succeeded();
        try
        {
            await meanwhile();
        }
        finally
        {
            (await fixture.Lab.ShAsync(node, mend)).Succeeded();
        }
    }
}
