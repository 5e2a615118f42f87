using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>Default routes come and go at home, of whatever metric: what is not of the tunnel never goes into it, least of all its own connection.</summary>
[Collection(TunnelCollection.Name)]
public sealed class DefaultRouteTests(TunnelFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private string Own => $"default via {fixture.Lab.Facts["HOME_ROUTER"]} dev eth0";

    /// <summary>As NetworkManager does with a connection that it finds no internet behind.</summary>
    [SkippableFact]
    public async Task A_default_route_of_a_worse_metric_stays_home_s_way_out()
    {
        await fixture.StartAsync();
        await using var watch = Watch();
        try
        {
            await HomeAsync($"ip route add {Own} metric 20100 && ip route del {Own}");

            await SeenAsync(watch, "dev eth0", Limit);
            Assert.True(await fixture.AnswersAsync());
            await HomeAsync("ip route get 1.1.1.1 | grep -q 'dev eth0'");
        }
        finally
        {
            await HomeAsync($"ip route replace {Own}; ip route del {Own} metric 20100 2>/dev/null || true");
        }

        await EndAsync(watch);
    }

    /// <summary>As at boot, before DHCP has an answer.</summary>
    [SkippableFact]
    public async Task A_tunnel_that_was_started_first_comes_up_with_home_s_default_route()
    {
        await HomeAsync($"ip route del {Own}");
        await using var watch = Watch();
        try
        {
            await using var agent = fixture.Lab.Start("home", fixture.Command("agent", "--profile", "home"));
            await TunnelFixture.EventuallyAsync(
                async () => (await fixture.Lab.ShAsync("home", "ip route show table main")).Output.Contains("default dev gost_tun", StringComparison.Ordinal),
                Limit,
                () => $"its routes; {agent.Output}");
            await SeenAsync(watch, "Network is unreachable", Limit);

            await HomeAsync($"ip route add {Own} metric 1024");

            await TunnelFixture.EventuallyAsync(
                async () => (await fixture.StatusAsync()).GetProperty("state").GetString() == "Up", Limit, () => $"up with the network; {agent.Output}");
            await SeenAsync(watch, "dev eth0", Limit);
        }
        finally
        {
            await HomeAsync($"ip route replace {Own}; ip route del {Own} metric 1024 2>/dev/null || true");
        }

        await EndAsync(watch);
    }

    private async Task HomeAsync(string script) => (await fixture.Lab.ShAsync("home", script)).Succeeded();

    // Asks the kernel over and over: a moment is enough for a connection to take the wrong address for good.
    private NodeProcess Watch() => fixture.Lab.Start("home", ["sh", "-c", "while ip route get 1.1.1.1 2>&1 || true; do sleep 0.02; done"]);

    private static async Task SeenAsync(NodeProcess watch, string way, TimeSpan within)
    {
        var before = watch.Output.Length;
        await TunnelFixture.EventuallyAsync(
            () => Task.FromResult(watch.Output[before..].Contains(way, StringComparison.Ordinal)),
            within,
            () => $"'{way}'; seen at last: {string.Join(" | ", watch.Output.Split('\n').TakeLast(4))}");
    }

    private async Task EndAsync(NodeProcess watch)
    {
        await fixture.StopAsync();
        Assert.DoesNotContain("gost_tun", watch.Output, StringComparison.Ordinal);
        await fixture.AssertNothingLeftAsync();
    }
}
