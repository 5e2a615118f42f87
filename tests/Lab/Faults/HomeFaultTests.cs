using System.Diagnostics;
using System.Globalization;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>What dies on the PC itself.</summary>
[Collection(FaultsCollection.Name)]
public sealed class HomeFaultTests(TunnelFixture home, ITestOutputHelper output)
{
    [SkippableFact]
    public async Task Kill_9_of_the_engine()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        var engine = await home.EngineAsync();
        var since = Stopwatch.GetTimestamp();

        await TunnelFixture.KillAsync(engine, "KILL");

        await run.RecoversAsync("kill -9 of the engine", since, FaultTable.Recovered, Stopwatch.GetTimestamp());
        await run.EndAsync();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_9_of_the_agent(bool engineToo)
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        var engine = await home.EngineAsync();
        await TunnelFixture.KillAsync(await home.AgentAsync(), "KILL");
        if (engineToo)
        {
            await TunnelFixture.KillAsync(engine, "KILL");
        }

        await run.AssertInternetAsync();
        var since = Stopwatch.GetTimestamp();
        await home.StartAsync();
        await run.RecoversAsync($"kill -9 of the agent{(engineToo ? " and its engine" : "")}, from the next start on", since, FaultTable.Recovered, Stopwatch.GetTimestamp());

        await TunnelFixture.KillAsync(await home.AgentAsync(), "KILL");
        await run.AssertInternetAsync();
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task Two_agents_started_at_once()
    {
        await using var run = FaultRun.Down(home, output);
        var since = Stopwatch.GetTimestamp();

        var starts = await Task.WhenAll(home.GostBtAsync("start", "home"), home.GostBtAsync("start", "home"), home.GostBtAsync("start", "home"));

        Assert.All(starts, start => start.Succeeded());
        await run.RecoversAsync("two agents started at once", since, FaultTable.Recovered);

        // Those that came second wait a moment for the lock, and end.
        var agent = (await home.AgentAsync()).ToString(CultureInfo.InvariantCulture);
        await TunnelFixture.EventuallyAsync(
            async () => (await TunnelFixture.MachineAsync($"pgrep -f -- '^[^ ]*gostbt agent .*{run.Folder}'")).Trim() == agent, TimeSpan.FromSeconds(30), "one agent is left");

        var third = await home.GostBtAsync("agent", "--profile", "home");
        Assert.Equal(1, third.ExitCode);
        Assert.Contains("runs already", third.Error, StringComparison.Ordinal);
        Assert.True(await home.AnswersAsync());
        await run.EndAsync();
    }
}
