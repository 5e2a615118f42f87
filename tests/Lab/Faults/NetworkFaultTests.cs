using System.Diagnostics;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>What happens to the way between home and the server.</summary>
[Collection(FaultsCollection.Name)]
public sealed class NetworkFaultTests(TunnelFixture home, ITestOutputHelper output)
{
    // Of the block that the lab's addresses are of, and no node's.
    private const string OtherAddress = "198.51.100.114";

    [SkippableFact]
    public async Task The_NAT_forgets_and_gets_another_public_address()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        var (old, gateway) = ($"{run.Lab.Facts.NatAddress}/30", (await run.IpAsync("nat", "-4 route show default")).Split(' ')[2]);
        run.Mend(async () =>
        {
            await run.IpAsync("nat", $"address del {OtherAddress}/32 dev eth0");
            await run.IpAsync("nat", $"address replace {old} dev eth0");
            await run.IpAsync("nat", $"route replace default via {gateway}");
            await run.IpAsync("backbone", $"route del {OtherAddress}/32");
        });

        // The kernel drops what a masquerade translated when its address goes: ports change with the address.
        await run.IpAsync("backbone", $"route add {OtherAddress}/32 dev nat");
        var since = Stopwatch.GetTimestamp();
        await run.IpAsync("nat", $"address add {OtherAddress}/32 dev eth0");
        await run.IpAsync("nat", $"address del {old} dev eth0");
        await run.IpAsync("nat", $"route replace default via {gateway} dev eth0 onlink");

        await run.RecoversAsync("NAT rebinding", since, FaultTable.Noticed + FaultTable.Recovered, Stopwatch.GetTimestamp());
        Assert.Contains(OtherAddress, (await run.Lab.ShAsync("vps", "ss -Htn state established '( sport = :8443 )'")).Succeeded(), StringComparison.Ordinal);
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task Home_s_link_is_down_for_half_a_minute()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        (await run.Lab.ShAsync("nat", "sysctl -q -w net.ipv6.conf.lan.keep_addr_on_down=1")).Succeeded();
        run.Mend(() => run.IpAsync("nat", "link set lan up"));

        var down = Stopwatch.GetTimestamp();
        await run.IpAsync("nat", "link set lan down");
        var noticed = await run.SaysAsync(status => status.GetProperty("state").GetString() != "Up", TimeSpan.FromSeconds(30), "that the carrier is dead");
        run.Note("home link down: noticed", down, noticed, FaultTable.Noticed);
        var left = TimeSpan.FromSeconds(30) - Stopwatch.GetElapsedTime(down);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        await run.IpAsync("nat", "link set lan up");

        await run.RecoversAsync("home link down 30 s, from its return on", Stopwatch.GetTimestamp(), FaultTable.Recovered);
        await run.EndAsync();
    }

    /// <summary>
    /// The carrier is gone while home's own link stays up, as in a provider's outage: nothing here tells the agent when it ends.
    /// </summary>
    [SkippableFact]
    public async Task The_provider_drops_everything_for_half_a_minute()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        const string Drop = "table ip outage { chain through { type filter hook forward priority 0; ip daddr 198.51.100.10 iifname \"nat\" drop; }; }";
        run.Mend(async () => (await run.Lab.ShAsync("backbone", "nft delete table ip outage 2>/dev/null; true")).Succeeded());

        var down = Stopwatch.GetTimestamp();
        (await run.Lab.ShAsync("backbone", $"nft '{Drop}'")).Succeeded();
        var noticed = await run.SaysAsync(status => status.GetProperty("state").GetString() != "Up", TimeSpan.FromSeconds(30), "that the carrier is dead");
        run.Note("provider's outage: noticed", down, noticed, FaultTable.Noticed);
        var left = TimeSpan.FromSeconds(30) - Stopwatch.GetElapsedTime(down);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        (await run.Lab.ShAsync("backbone", "nft delete table ip outage")).Succeeded();

        await run.RecoversAsync("provider's outage of 30 s, from its end on", Stopwatch.GetTimestamp(), FaultTable.Recovered);
        await run.EndAsync();
    }

    /// <summary>A kill switch, or rules for what goes out: the packets are dropped or refused, or the system does not even try.</summary>
    [SkippableTheory]
    [InlineData("drops", "nft 'table ip out { chain o { type filter hook output priority 0; ip daddr {server} drop; }; }'", "nft delete table ip out", "")]
    [InlineData("refuses", "nft 'table ip out { chain o { type filter hook output priority 0; ip daddr {server} reject; }; }'", "nft delete table ip out", "")]
    [InlineData("prohibits", "ip rule add to {server} priority 100 prohibit", "ip rule del priority 100", "does not let the connection to the server out")]
    public async Task Home_itself_keeps_in_what_goes_to_the_server_for_a_quarter_of_a_minute(string what, string shut, string open, string why)
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        run.Mend(async () => (await run.Lab.ShAsync("home", $"{open} 2>/dev/null; true")).Succeeded());

        var since = Stopwatch.GetTimestamp();
        (await run.Lab.ShAsync("home", shut.Replace("{server}", run.Lab.Facts.VpsAddress, StringComparison.Ordinal))).Succeeded();
        var noticed = await run.SaysAsync(status => status.GetProperty("state").GetString() != "Up", TimeSpan.FromSeconds(30), "that the carrier is dead");
        run.Note($"home {what} what goes out: noticed", since, noticed, FaultTable.Noticed);
        await run.SaysAsync(
            status => status.GetProperty("lastError").GetString()?.Contains(why, StringComparison.Ordinal) == true, TimeSpan.FromSeconds(30), $"'{why}'");
        var left = TimeSpan.FromSeconds(15) - Stopwatch.GetElapsedTime(since);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        Assert.NotEqual("Failed", (await home.StatusAsync()).GetProperty("state").GetString());
        (await run.Lab.ShAsync("home", open)).Succeeded();

        await run.RecoversAsync($"home {what} what goes out for 15 s, from its end on", Stopwatch.GetTimestamp(), FaultTable.Recovered);
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task No_name_is_resolved_at_boot()
    {
        await using var run = FaultRun.Down(home, output);
        run.Mend(async () => (await run.Lab.ShAsync("backbone", "nft delete table inet nodns 2>/dev/null; true")).Succeeded());
        (await run.Lab.ShAsync("backbone", "nft 'table inet nodns { chain dns { type filter hook input priority 0; meta l4proto { tcp, udp } th dport 53 drop; }; }'")).Succeeded();
        Assert.NotEqual(0, (await run.Lab.ShAsync("home", "timeout 3 getent hosts vps.lab.test")).ExitCode);

        // The profile names its server vps.lab.test; what it was found to be is in it too, and is what the tunnel dials.
        var since = Stopwatch.GetTimestamp();
        await home.StartAsync();
        await run.RecoversAsync("DNS down at boot", since, FaultTable.Recovered);
        await run.EndAsync();
    }
}
