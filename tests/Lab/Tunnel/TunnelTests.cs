using System.Globalization;
using GostBt.Lab.Tests.Raising;
using GostBt.Routing;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>A tunnel that works, and what it does to the PC while it does and afterwards.</summary>
[Collection(TunnelCollection.Name)]
public sealed class TunnelTests(TunnelFixture fixture)
{
    [SkippableFact]
    public async Task Start_returns_when_the_far_end_answers_and_stop_leaves_nothing()
    {
        _ = fixture.Lab;
        await fixture.StartAsync();

        Assert.True(await fixture.AnswersAsync());
        var status = await fixture.StatusAsync();
        Assert.Equal("Up", status.GetProperty("state").GetString());
        Assert.InRange(status.GetProperty("roundTripMilliseconds").GetDouble(), 0.01, 1000);

        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
        Assert.Equal("Stopped", (await fixture.StatusAsync()).GetProperty("state").GetString());
    }

    [SkippableFact]
    public async Task Ordinary_traffic_keeps_its_way()
    {
        var lab = fixture.Lab;
        var tracker = lab.Facts.AddressOf("tracker");
        var before = (await lab.ShAsync("home", $"ip route get {tracker}; ip route show default dev eth0")).Succeeded();
        await fixture.StartAsync();

        Assert.Equal(before, (await lab.ShAsync("home", $"ip route get {tracker}; ip route show default dev eth0")).Succeeded());
        using var witness = Witness.Start(lab, "tracker", 7001);
        Assert.Equal(lab.Facts.NatAddress, (await Witness.AskTcpAsync(lab, "home", tracker, 7001))?.Address.ToString());
        Assert.Equal(lab.Facts.NatAddress, (await Witness.AskUdpAsync(lab, "home", tracker, 7001))?.Address.ToString());
        Assert.Contains("dev gost_tun", (await lab.ShAsync("home", $"ip route get {tracker} from 192.168.123.2")).Succeeded(), StringComparison.Ordinal);
        var announcing = (await lab.ShAsync("home", "ip route show default dev gost_tun")).Succeeded();
        Assert.Contains($"metric {2_000_000_000 + RoutePlan.TableOf("home")}", announcing, StringComparison.Ordinal);

        await fixture.StopAsync();
    }

    [SkippableFact]
    public async Task The_SOCKS5_listens_on_loopback_and_the_tunnel_s_address_only()
    {
        await fixture.StartAsync();

        var listening = (await fixture.Lab.ShAsync("home", "ss -Hltn 'sport = :5522' | awk '{ print $4 }' | sort")).Succeeded();
        Assert.Equal("127.0.0.1:5522\n192.168.123.2:5522\n", listening);
        Assert.Equal(fixture.Lab.Facts.VpsAddress, await fixture.SeenThroughProxyAsync("127.0.0.1:5522", ipv6: false));
        Assert.Equal(fixture.Lab.Facts.VpsAddress, await fixture.SeenThroughProxyAsync("192.168.123.2:5522", ipv6: false));

        await fixture.StopAsync();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_the_server_s_end_of_the_tunnel_the_SOCKS5_leads_nowhere(bool ipv6)
    {
        var lab = fixture.Lab;
        await fixture.StartAsync();
        using var secret = Witness.Start(lab, "home", 7100);

        var answer = await lab.ExecAsync(
            "vps", ["curl", "-s", "--http0.9", "--max-time", "4", "--socks5", "192.168.123.2:5522", $"http://{(ipv6 ? "[::1]" : "127.0.0.1")}:7100/"]);

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Equal("", answer.Output);
        await fixture.StopAsync();
    }

    [SkippableFact]
    public async Task The_split_route_is_in_force_when_the_command_returns()
    {
        var lab = fixture.Lab;
        await fixture.StartAsync();
        Assert.Equal(lab.Facts.HomeAddress6, await fixture.SeenThroughProxyAsync("127.0.0.1:5522", ipv6: true));

        Assert.Contains("in force", (await fixture.GostBtAsync("split", "home", "--ipv4", "direct")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(lab.Facts.NatAddress, await fixture.SeenThroughProxyAsync("127.0.0.1:5522", ipv6: false));

        Assert.Contains("in force", (await fixture.GostBtAsync("split", "home", "--ipv4", "proxy", "--ipv6", "proxy")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(lab.Facts.VpsAddress, await fixture.SeenThroughProxyAsync("127.0.0.1:5522", ipv6: false));
        Assert.Equal(lab.Facts.VpsAddress6, await fixture.SeenThroughProxyAsync("127.0.0.1:5522", ipv6: true));

        (await fixture.GostBtAsync("split", "home", "--ipv6", "direct")).Succeeded();
        await fixture.StopAsync();
        Assert.Contains("next start", (await fixture.GostBtAsync("split", "home")).Succeeded(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_start_after_the_profile_changed_takes_the_change_up()
    {
        await fixture.StartAsync();
        var agent = await fixture.AgentAsync();
        await fixture.StartAsync();
        Assert.Equal(agent, await fixture.AgentAsync());

        var profile = await File.ReadAllTextAsync(fixture.Profile);
        try
        {
            await File.WriteAllTextAsync(fixture.Profile, profile.Replace("port: 5522", "port: 5523", StringComparison.Ordinal));
            await fixture.StartAsync();

            // The agent goes on; what it runs is new.
            Assert.Equal(agent, await fixture.AgentAsync());
            Assert.Equal(fixture.Lab.Facts.VpsAddress, await fixture.SeenThroughProxyAsync("127.0.0.1:5523", ipv6: false));
        }
        finally
        {
            await File.WriteAllTextAsync(fixture.Profile, profile);
        }

        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task Several_starts_at_once_make_one_agent_and_all_succeed()
    {
        _ = fixture.Lab;
        var starts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.GostBtAsync("start", "home")));

        Assert.All(starts, start => start.Succeeded());

        // The one that came too late may still be on its way out when both starts have their tunnel.
        await TunnelFixture.EventuallyAsync(
            async () => (await TunnelFixture.MachineAsync($"pgrep -fc -- '[a]gent --profile home .*{fixture.State[..^5]}'")).Trim() == "1",
            TimeSpan.FromSeconds(10),
            "one agent only");
        await fixture.StopAsync();
        await fixture.AssertNothingLeftAsync();
    }

    [SkippableFact]
    public async Task The_agent_outlives_the_console_and_keeps_its_secrets_to_itself()
    {
        await fixture.StartAsync();
        var agent = await fixture.AgentAsync();
        var password = (await File.ReadAllLinesAsync(fixture.Secrets)).Single(line => line.StartsWith("password: ", StringComparison.Ordinal))[10..].Trim('"');

        Assert.Equal(agent.ToString(CultureInfo.InvariantCulture), (await TunnelFixture.MachineAsync($"ps -o sid= -p {agent}")).Trim());
        Assert.Equal("?", (await TunnelFixture.MachineAsync($"ps -o tty= -p {agent}")).Trim());
        Assert.Equal("700", (await TunnelFixture.MachineAsync($"stat -c %a {fixture.State}")).Trim());
        Assert.Equal("600", (await TunnelFixture.MachineAsync($"stat -c %a {fixture.State}/engine.yaml")).Trim());
        Assert.DoesNotContain(password, await TunnelFixture.MachineAsync("ps -ewwo args"), StringComparison.Ordinal);
        Assert.DoesNotContain(password, await File.ReadAllTextAsync(Path.Combine(fixture.State, "agent.log")), StringComparison.Ordinal);
        Assert.DoesNotContain(password, await File.ReadAllTextAsync(Path.Combine(fixture.State, "state.yaml")), StringComparison.Ordinal);

        await fixture.StopAsync();
    }

    [SkippableFact]
    public async Task Gost_can_carry_the_tunnel_while_the_SOCKS5_stays_ours()
    {
        _ = fixture.Lab;
        Skip.If((await TunnelFixture.MachineAsync("command -v gost")).Length == 0, "gost is not on PATH");
        var profile = await File.ReadAllTextAsync(fixture.Profile);
        try
        {
            await File.WriteAllTextAsync(fixture.Profile, profile.Replace("engine: auto", "engine: gost", StringComparison.Ordinal));
            await fixture.StartAsync();

            var status = await fixture.StatusAsync();
            Assert.Equal("gost", status.GetProperty("engine").GetString());
            Assert.StartsWith("3.", status.GetProperty("engineVersion").GetString(), StringComparison.Ordinal);
            Assert.True(await fixture.AnswersAsync());
            Assert.Equal(fixture.Lab.Facts.VpsAddress, await fixture.SeenThroughProxyAsync("192.168.123.2:5522", ipv6: false));

            await fixture.StopAsync();
            await fixture.AssertNothingLeftAsync();
        }
        finally
        {
            await File.WriteAllTextAsync(fixture.Profile, profile);
        }
    }
}
