namespace GostBt.Lab.Tests.Tunnel;

/// <summary>What the agent does when something breaks, and what is left when the agent itself does.</summary>
[Collection(TunnelCollection.Name)]
public sealed class SupervisionTests(TunnelFixture fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [SkippableFact]
    public async Task A_killed_engine_is_back_soon()
    {
        await fixture.StartAsync();
        var engine = await fixture.EngineAsync();

        await TunnelFixture.KillAsync(engine, "KILL");

        await TunnelFixture.EventuallyAsync(() => IsUpAgainAsync(restarts => restarts == 1), Soon, "up again, restarted once");
        Assert.NotEqual(engine, await fixture.EngineAsync());
        Assert.True(await fixture.AnswersAsync());
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_hung_engine_is_noticed_and_replaced()
    {
        await fixture.StartAsync();
        var engine = await fixture.EngineAsync();

        await TunnelFixture.KillAsync(engine, "STOP");

        await TunnelFixture.EventuallyAsync(() => IsUpAgainAsync(restarts => restarts > 0), TimeSpan.FromSeconds(40), "up again with another engine");
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task Rules_and_routes_that_vanish_are_put_back()
    {
        await fixture.StartAsync();
        (await fixture.Lab.ShAsync("home", "ip rule del priority 5200 && ip route del default dev gost_tun")).Succeeded();

        await TunnelFixture.EventuallyAsync(
            async () => (await fixture.HomeNetworkAsync()) is var network
                && network.Contains("5200:", StringComparison.Ordinal)
                && network.Contains("default dev gost_tun scope link metric", StringComparison.Ordinal),
            Soon,
            "rule and route back");
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task After_a_reboot_of_the_server_the_tunnel_comes_back_by_itself()
    {
        await fixture.StartAsync();

        await fixture.Lab.RebootVpsAsync();

        await TunnelFixture.EventuallyAsync(async () => await IsAsync("Up") && await fixture.AnswersAsync(), TimeSpan.FromSeconds(90), "up after the reboot");
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task When_home_s_network_is_back_the_tunnel_does_not_wait_its_time_out()
    {
        await fixture.StartAsync();
        var address = $"{fixture.Lab.Facts.HomeAddress}/24 dev eth0";
        (await fixture.Lab.ShAsync("home", $"ip addr del {address}")).Succeeded();
        await TunnelFixture.EventuallyAsync(async () => (await fixture.StatusAsync()).GetProperty("restarts").GetInt32() >= 2, TimeSpan.FromSeconds(90), "two attempts without a network");

        (await fixture.Lab.ShAsync("home", $"ip addr add {address} && ip route replace default via {fixture.Lab.Facts["HOME_ROUTER"]} dev eth0")).Succeeded();

        await TunnelFixture.EventuallyAsync(() => IsAsync("Up"), TimeSpan.FromSeconds(30), "up with the network");
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task What_a_killed_agent_leaves_the_next_stop_takes_back()
    {
        await fixture.StartAsync();
        await TunnelFixture.KillAsync(await fixture.AgentAsync(), "KILL");

        await TunnelFixture.EventuallyAsync(() => IsAsync("Stopped"), Soon, "the dead agent's tunnel shown as stopped");
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task After_a_killed_agent_the_next_start_begins_anew()
    {
        await fixture.StartAsync();
        var (agent, engine) = (await fixture.AgentAsync(), await fixture.EngineAsync());
        await TunnelFixture.KillAsync(agent, "KILL");

        await fixture.StartAsync();

        Assert.NotEqual(agent, await fixture.AgentAsync());
        Assert.NotEqual(engine, await fixture.EngineAsync());
        Assert.True(await fixture.AnswersAsync());
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task SIGTERM_to_the_agent_takes_everything_back_at_once()
    {
        await fixture.StartAsync();
        var agent = await fixture.AgentAsync();

        await TunnelFixture.KillAsync(agent, "TERM");

        await TunnelFixture.EventuallyAsync(() => Task.FromResult(!Directory.Exists($"/proc/{agent}")), TimeSpan.FromSeconds(4), "the agent's end");
        await fixture.AssertNothingLeftAsync();
    }

    // Of one answer: between two, "up" may still be what was before.
    private async Task<bool> IsUpAgainAsync(Func<int, bool> restarts) =>
        await fixture.StatusAsync() is var status && status.GetProperty("state").GetString() == "Up" && restarts(status.GetProperty("restarts").GetInt32());

    private async Task<bool> IsAsync(string state) => (await fixture.StatusAsync()).GetProperty("state").GetString() == state;
}
