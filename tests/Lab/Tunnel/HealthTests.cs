using System.Text.Json;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>What the agent watches: what vanishes is back in under two seconds, and this PC's own firewall lets the published ports in.</summary>
[Collection(TunnelCollection.Name)]
public sealed class HealthTests(TunnelFixture fixture)
{
    private const string Drops = """
        nft -f - <<'RULES'
        table inet owner {
            chain in {
                type filter hook input priority filter; policy drop;
                iifname "lo" accept
                ct state established,related accept
            }
        }
        RULES
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    // The promise is 2 s; a busy machine has more.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [SkippableTheory]
    [InlineData("a rule", "ip rule del priority 5200", "ip rule | grep -q ^5200:")]
    [InlineData("a route", "ip route del default dev gost_tun", "ip route | grep -q '^default dev gost_tun'")]
    [InlineData("the address", "ip address del 192.168.123.2/24 dev gost_tun", "ip -4 address show dev gost_tun | grep -q 192.168.123.2/24 && ip route | grep -q '^default dev gost_tun' && ip rule | grep -q ^5200:")]
    public async Task What_vanishes_is_put_back(string what, string remove, string isBack)
    {
        await fixture.StartAsync();

        // Timed where it happens: a command of the lab takes its own time to start.
        var took = await TimedAsync(remove, isBack);

        Assert.True(took < Soon, $"{what} was back after {took.TotalSeconds:0.00} s");
        Assert.Equal(0, (await fixture.StatusAsync()).GetProperty("restarts").GetInt32());
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_firewall_that_drops_lets_the_published_ports_in_while_the_tunnel_is_up()
    {
        (await fixture.Lab.ShAsync("home", Drops)).Succeeded();
        try
        {
            await fixture.StartAsync();
            await using var listener = fixture.Lab.Start("home", ["socat", "TCP-LISTEN:6666,bind=192.168.123.2,fork,reuseaddr", "EXEC:echo reached"]);
            await TunnelFixture.EventuallyAsync(() => ReachedAsync(6666), Limit, "the published port reached from a peer");

            await using var other = fixture.Lab.Start("home", ["socat", "TCP-LISTEN:6667,bind=192.168.123.2,fork,reuseaddr", "EXEC:echo reached"]);
            Assert.Equal(1, (await fixture.Lab.ShAsync("vps", "timeout 2 bash -c 'exec 3<>/dev/tcp/192.168.123.2/6667' 2>/dev/null && echo open || exit 1")).ExitCode);

            var took = await TimedAsync("nft flush chain inet owner in", "nft list chain inet owner in | grep -q 'tcp dport 6666 accept comment'");
            Assert.True(took < Soon, $"the opening was back after {took.TotalSeconds:0.00} s");

            await fixture.StopAsync();
            Assert.DoesNotContain("gostbt", (await fixture.Lab.ShAsync("home", "nft list ruleset")).Succeeded(), StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ShAsync("home", "nft delete table inet owner");
        }

        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task An_opening_is_taken_back_though_the_journal_was_lost()
    {
        (await fixture.Lab.ShAsync("home", Drops)).Succeeded();
        try
        {
            await fixture.StartAsync();
            Assert.Contains("gostbt at home", (await fixture.Lab.ShAsync("home", "nft list chain inet owner in")).Succeeded(), StringComparison.Ordinal);
            await TunnelFixture.KillAsync(await fixture.AgentAsync(), "KILL");
            File.Delete(Path.Combine(fixture.State, "journal.yaml"));

            await fixture.StopAsync();

            Assert.DoesNotContain("gostbt", (await fixture.Lab.ShAsync("home", "nft list ruleset")).Succeeded(), StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ShAsync("home", "nft delete table inet owner");
        }

        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_dead_carrier_is_noticed_and_replaced()
    {
        await fixture.StartAsync();
        (await fixture.Lab.ShAsync("nat", "nft add table inet cut && nft add chain inet cut through '{ type filter hook forward priority -10; policy drop; }'")).Succeeded();
        try
        {
            await TunnelFixture.EventuallyAsync(async () => State(await fixture.StatusAsync()) != "Up", TimeSpan.FromSeconds(30), "silence noticed");
        }
        finally
        {
            await fixture.Lab.ShAsync("nat", "nft delete table inet cut");
        }

        await TunnelFixture.EventuallyAsync(async () => State(await fixture.StatusAsync()) == "Up", TimeSpan.FromSeconds(60), "up again");
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task Figures_are_there_within_seconds()
    {
        await fixture.StartAsync();
        (await fixture.Lab.ShAsync("home", "ping -q -c 20 -i 0.05 -s 1000 192.168.123.1")).Succeeded();
        var status = await fixture.StatusAsync();

        await TunnelFixture.EventuallyAsync(
            async () =>
            {
                status = await fixture.StatusAsync();
                return status.GetProperty("receivedBytes") is { ValueKind: JsonValueKind.Number } received && received.GetInt64() > 10_000
                    && status.GetProperty("sentBytes").GetInt64() > 10_000
                    && new[] { "lossPercent", "jitterMilliseconds", "receivedBytesPerSecond", "sentBytesPerSecond" }.All(figure => status.GetProperty(figure).ValueKind == JsonValueKind.Number);
            },
            Limit,
            () => $"totals, loss, jitter and rates; there is {status}");
        await fixture.StopAsync();
    }

    [SkippableFact]
    public async Task A_network_that_overlaps_the_LAN_is_refused_with_the_remedy()
    {
        (await fixture.Lab.ShAsync("home", "ip address add 192.168.123.77/25 dev eth0")).Succeeded();
        try
        {
            var start = await fixture.GostBtAsync("start", "home");

            Assert.Equal(1, start.ExitCode);
            Assert.Contains("192.168.123.0/24 overlaps that of eth0 (192.168.123.0/25)", start.Error, StringComparison.Ordinal);
            Assert.Contains("10.123.0.0/24", start.Error, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ShAsync("home", "ip address del 192.168.123.77/25 dev eth0");
        }

        await fixture.AssertNothingLeftAsync();
    }

    private static string? State(JsonElement status) => status.GetProperty("state").GetString();

    private async Task<bool> ReachedAsync(int port) =>
        (await fixture.Lab.ShAsync("peer1", $"timeout 2 socat -u TCP:{fixture.Lab.Facts.VpsAddress}:{port} - 2>/dev/null")).Output.Contains("reached", StringComparison.Ordinal);

    private async Task<TimeSpan> TimedAsync(string remove, string isBack)
    {
        var script = $"{remove}; start=$(date +%s%N); end=$((start + 20000000000)); until {{ {isBack}; }} 2>/dev/null; do [ $(date +%s%N) -lt $end ] || exit 9; sleep 0.02; done; echo $((($(date +%s%N) - start) / 1000000))";
        var result = (await fixture.Lab.ShAsync("home", script)).Succeeded();
        return TimeSpan.FromMilliseconds(long.Parse(result.Trim().Split('\n')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
