using GostBt.Lab.Tests.Raising;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>What somebody who took the server over can reach at home: the published ports, and nothing else that listens there.</summary>
[Collection(TunnelCollection.Name)]
public sealed class GuardTests(TunnelFixture fixture, ITestOutputHelper output)
{
    private const string Table = "inet gostbt_guard_gost_tun";

    // As the VPS's root, whom its own firewall does not hold: it is away for a while. The VPS has no socat; this machine's is in its network.
    private const string Attack = """
        nft delete table inet gostbt_home
        tcp() { timeout 5 socat -u "TCP$1,connect-timeout=3" - 2>/dev/null </dev/null; }
        udp() { for try in 1 2 3; do answer=$(echo x | timeout 3 socat -T 1.5 - "UDP$1" 2>/dev/null) && [ -n "$answer" ] && break; done; echo "$answer"; }
        six=$(ip -6 -o route show dev gbt-home | awk '$1 ~ /^fd/ { split($1, part, "/"); print part[1] "2"; exit }')
        for port in 6666 7777; do
            echo "$port $(tcp "4:192.168.123.2:$port") $(udp "4:192.168.123.2:$port") $(tcp "6:[$six]:$port") $(udp "6:[$six]:$port")"
        done
        echo "ping $(ping -c 1 -W 2 192.168.123.2 >/dev/null && echo 4) $(ping -c 1 -W 2 "$six" >/dev/null && echo 6)"
        """;

    [SkippableFact]
    public async Task Who_takes_the_server_over_reaches_the_published_ports_at_home_and_nothing_else()
    {
        await using var published = Listen(6666);
        await using var other = Listen(7777);
        try
        {
            await fixture.StartAsync();
            var agent = await fixture.AgentAsync();

            Assert.Equal(["6666 tcp udp tcp udp", "7777    ", "ping 4 6"], await AttackAsync());

            // Without it the same finds what it looks for.
            await TunnelFixture.KillAsync(agent, "STOP");
            (await fixture.Lab.ShAsync("home", $"nft delete table {Table}")).Succeeded();
            var open = await AttackAsync();
            await TunnelFixture.KillAsync(agent, "CONT");
            Assert.Equal(["6666 tcp udp tcp udp", "7777 tcp udp tcp udp", "ping 4 6"], open);
        }
        finally
        {
            await fixture.StopAsync();
        }

        await fixture.AssertNothingLeftAsync();
    }

    [SkippableTheory]
    [InlineData("nft flush ruleset")]
    [InlineData($"nft delete table {Table}")]
    [InlineData($"nft delete rule {Table} inbound handle $(nft -a list chain {Table} inbound | sed -n 's/.*[[:space:]]drop comment .* handle //p' | tail -n 1)")]
    [InlineData($"nft insert rule {Table} inbound accept comment mine")]
    [InlineData($"nft insert rule {Table} inbound accept")]
    public async Task It_is_put_back(string remove)
    {
        await fixture.StartAsync();
        var was = Path.Combine(fixture.State, "guard.was");
        await File.WriteAllTextAsync(was, (await fixture.Lab.ShAsync("home", $"nft list table {Table}")).Succeeded());

        var took = (await fixture.Lab.ShAsync("home", $$"""
            {{remove}}; start=$(date +%s%N)
            until nft list table {{Table}} 2>/dev/null | cmp -s - '{{was}}'; do [ $(date +%s%N) -lt $((start + 20000000000)) ] || exit 9; sleep 0.02; done
            echo $((($(date +%s%N) - start) / 1000000))
            """)).Succeeded();

        // The promise is 2 s; a busy machine has the script's 20.
        output.WriteLine($"put back after {took.Trim()} ms");
        File.Delete(was);
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_PC_without_nft_has_its_tunnel_and_is_told()
    {
        (await fixture.Lab.ExecAsync(
            "home",
            ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /usr/sbin && exec \"$@\"", "sh", .. fixture.Command("start", "home")])).Succeeded();

        Assert.Equal("Up", (await fixture.StatusAsync()).GetProperty("state").GetString());
        Assert.Contains("Install nftables", await File.ReadAllTextAsync(Path.Combine(fixture.State, "agent.log")), StringComparison.Ordinal);
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    private async Task<string[]> AttackAsync()
    {
        var attack = await Command.RunAsync("ip", ["netns", "exec", fixture.Lab.Name + "-vps", "sh", "-c", Attack], input: null, TimeSpan.FromSeconds(60));
        (await fixture.Lab.ShAsync("vps", "nft -f /etc/gostbt/home/firewall.nft")).Succeeded();
        return attack.Succeeded().TrimEnd('\n').Split('\n');
    }

    private NodeProcess Listen(int port) => fixture.Lab.Start("home", ["sh", "-c", $"""
        for family in 4 6; do
            socat TCP$family-LISTEN:{port},fork,reuseaddr$([ $family = 4 ] || echo ,ipv6only=1) 'SYSTEM:echo tcp' &
            socat UDP$family-LISTEN:{port},fork,reuseaddr$([ $family = 4 ] || echo ,ipv6only=1) 'SYSTEM:echo udp' &
        done
        wait
        """]);
}
