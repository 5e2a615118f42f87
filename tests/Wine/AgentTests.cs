using System.Globalization;
using GostBt.Model;
using GostBt.Tunnel;
using GostBt.Wine.Tests.Raising;

namespace GostBt.Wine.Tests;

/// <summary>The agent's life in gostbt.exe: lock, state file, pipe, orders, its end and what is left of it. Wine has no driver, so the tunnel itself never comes up.</summary>
[Collection(WineCollection.Name)]
public sealed class AgentTests(WinePrefix wine)
{
    [SkippableFact]
    public async Task It_runs_once_answers_at_its_pipe_takes_orders_and_ends_in_good_order()
    {
        Skip.If(WindowsAgent.Obstacle is not null, WindowsAgent.Obstacle);
        await using var agent = await WindowsAgent.StartAsync(wine);
        var first = agent.State!;

        // The pipe tells, not the file. It is asked again where a busy machine kept the agent from answering within its second.
        var told = await agent.AskedAsync();
        Assert.Equal(first.Tunnel.AgentProcessId, told.GetProperty("agentProcessId").GetInt32());
        Assert.NotEqual("Stopped", told.GetProperty("state").GetString());

        var second = await agent.GostBtAsync("agent", "--profile", "home");
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("runs already", second.Error, StringComparison.Ordinal);

        var restarted = await agent.GostBtAsync("restart", "home", "--timeout", "2");
        Assert.Equal(1, restarted.ExitCode);
        Assert.Contains("did not come up within 2 s", restarted.Error, StringComparison.Ordinal);
        await agent.UntilAsync("it begins anew", () => agent.State is { } state && state.Attempt > first.Attempt);
        Assert.Contains("told to restart", agent.Log, StringComparison.Ordinal);

        await File.AppendAllTextAsync(agent.Home.Profile, "tunnel: { mtu: 1300 }\n");
        Assert.Equal(1, (await agent.GostBtAsync("start", "home", "--timeout", "2")).ExitCode);
        await agent.UntilAsync("it takes up the profile", () => agent.State is { } state && state.Configuration != first.Configuration);
        Assert.Equal(first.Tunnel.AgentProcessId, agent.State!.Tunnel.AgentProcessId);

        Assert.Contains("Stopped", (await agent.GostBtAsync("down", "home")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(0, await agent.ExitAsync());
        await agent.UntilAsync("its engine ends with it", () => !agent.EngineRuns);
        Assert.Equal(TunnelState.Stopped, agent.State!.Tunnel.State);
        Assert.False(File.Exists(agent.Home[Path.Combine("state", "home", "engine.yaml")]));

        var secrets = await File.ReadAllTextAsync(agent.Home.Secrets);
        Assert.StartsWith("gostbt-dpapi 1\n", secrets, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Its_engine_ends_with_it_however_it_ends_and_what_it_left_is_cleared_away()
    {
        Skip.If(WindowsAgent.Obstacle is not null, WindowsAgent.Obstacle);
        await using var agent = await WindowsAgent.StartAsync(wine);

        agent.Process.Kill();
        await agent.ExitAsync();
        await agent.UntilAsync("its engine ends with it", () => !agent.EngineRuns);

        var (exitCode, told) = await agent.StatusAsync();
        Assert.Equal((3, "Stopped"), (exitCode, told.GetProperty("state").GetString()));
        Assert.Contains("without a word", told.GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.True(File.Exists(agent.Home[Path.Combine("state", "home", "engine.yaml")]));

        (await agent.GostBtAsync("down", "home")).Succeeded();
        Assert.False(File.Exists(agent.Home[Path.Combine("state", "home", "engine.yaml")]));
        Assert.False(File.Exists(agent.Home[Path.Combine("state", "home", "journal.yaml")]));
    }

    [SkippableFact]
    public async Task An_attempt_that_is_given_up_waits_for_no_engine_that_cannot_be_asked_to_end()
    {
        Skip.If(WindowsAgent.Obstacle is not null, WindowsAgent.Obstacle);
        await using var agent = await WindowsAgent.StartAsync(wine);

        await agent.UntilAsync("it gives an attempt up", () => agent.Log.Contains("Next attempt in", StringComparison.Ordinal));

        // By its own clock: ten seconds for the device, and then what the engine's end takes.
        var lines = agent.Log.Split('\n');
        var took = At(lines.First(line => line.Contains("Next attempt in", StringComparison.Ordinal)))
            - At(lines.First(line => line.EndsWith("waiting for gost_tun to have 192.168.123.2", StringComparison.Ordinal)));
        Assert.InRange(took, TimeSpan.FromSeconds(9.5), TimeSpan.FromSeconds(11.5));

        static DateTimeOffset At(string line) => DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [SkippableFact]
    public async Task Its_bundled_engine_is_itself_and_looks_where_it_was_told_to_whatever_its_environment_says()
    {
        Skip.If(WindowsAgent.Obstacle is not null, WindowsAgent.Obstacle);
        using var home = HomeFolder.WithProfile();
        var elsewhere = home["engines of another name"];
        Directory.CreateDirectory(Path.Combine(elsewhere, "wintun-0.14.1-amd64"));
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "wintun-0.14.1-amd64", "wintun.dll"), "MZ, but not Wintun's");

        // Neither GOSTBT_HOME nor a program of the environment's.
        var agent = await wine.GostBtWithAsync(
            $"GOSTBT_HOST={WinePrefix.OnWindows(WinePrefix.Gost)}",
            [
                "agent", "--profile", "home",
                "--configuration-folder", On(home["config"]), "--state-folder", On(home["state"]), "--engines-folder", On(elsewhere),
            ]);

        Assert.Equal(1, agent.ExitCode);
        Assert.Contains($@"{On(elsewhere)}\wintun-0.14.1-amd64\wintun.dll is no wintun.dll that GostBt knows", agent.Error, StringComparison.Ordinal);

        static string On(string path) => WinePrefix.OnWindows(path);
    }

    [SkippableTheory]
    [InlineData(null, "wintun.dll, the driver of a TUN on Windows, is missing")]
    [InlineData("MZ, but not Wintun's", "is no wintun.dll that GostBt knows")]
    public async Task Where_the_tunnel_needs_a_driver_that_is_not_there_the_start_is_an_error_and_leaves_nothing(string? wintun, string expected)
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = HomeFolder.WithProfile();
        if (wintun is not null)
        {
            var folder = Directory.CreateDirectory(home[Path.Combine("engines", "wintun-0.14.1-amd64")]);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "wintun.dll"), wintun);
        }

        var refused = await wine.GostBtAsync(home.Path, "start", "home", "--timeout", "40");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(expected, refused.Error, StringComparison.Ordinal);
        Assert.Contains("Install-GostBtEngine", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(TunnelState.Failed, AgentStateFile.Read(home[Path.Combine("state", "home", "state.yaml")])!.Tunnel.State);
        Assert.False(File.Exists(home[Path.Combine("state", "home", "engine.yaml")]));
    }
}
