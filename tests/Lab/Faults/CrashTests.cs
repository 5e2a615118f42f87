using System.Diagnostics;
using GostBt.Lab.Tests.Server;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>An agent that is killed on its way up or down, and a journal that the crash took with it: the PC's own connection works, and the next start or stop cleans up.</summary>
[Collection(FaultsCollection.Name)]
public sealed class CrashTests(TunnelFixture home, ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Killed_on_its_way_up_once_it_has_noted_so_many_steps(int steps)
    {
        await using var run = FaultRun.Down(home, output);
        await StrikeAsync(run, () => Noted() >= steps);

        await run.AssertInternetAsync();
        await run.EndAsync();

        // And where a start comes first.
        await StrikeAsync(run, () => Noted() >= steps);
        await home.StartAsync();
        Assert.NotNull(await run.Outside.AnsweredAsync(Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(10)));
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task Killed_on_its_way_down()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        var (agent, engine) = (await home.AgentAsync(), await home.EngineAsync());
        await TunnelFixture.KillAsync(agent, "TERM");
        Assert.True(await UntilAsync(() => (File.Exists(StateFile) ? File.ReadAllText(StateFile) : "").Contains("state: stopping", StringComparison.OrdinalIgnoreCase)
            || !Directory.Exists($"/proc/{engine}")));
        await TunnelFixture.KillAsync(agent, "KILL");

        await run.AssertInternetAsync();
        await run.EndAsync();
    }

    [SkippableTheory]
    [InlineData("truncate -s 40 journal.yaml", false)]
    [InlineData("truncate -s 40 journal.yaml", true)]
    [InlineData(": >journal.yaml", true)]
    [InlineData("head -c 300 /dev/zero >journal.yaml", false)]
    [InlineData("rm journal.yaml", false)]
    public async Task The_journal_did_not_survive_the_crash(string damage, bool startFirst)
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        await TunnelFixture.KillAsync(await home.AgentAsync(), "KILL");
        await TunnelFixture.MachineAsync($"cd '{home.State}' && {damage}");

        if (startFirst)
        {
            await home.StartAsync();
            Assert.NotNull(await run.Outside.AnsweredAsync(Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(10)));
        }

        await run.EndAsync();
    }

    private string StateFile => Path.Combine(home.State, "state.yaml");

    // An agent in the foreground, killed as soon as something holds.
    private async Task StrikeAsync(FaultRun run, Func<bool> now)
    {
        await using var agent = run.Lab.Start("home", ["env", $"GOSTBT_HOME={run.Folder}", PublishedHost.Path, "agent", "--profile", "home"]);
        Assert.True(await UntilAsync(now), agent.Output);
        using var process = Process.GetProcessById(agent.Id);
        process.Kill();
        await agent.WaitAsync();
    }

    private int Noted()
    {
        try
        {
            return File.ReadLines(Path.Combine(home.State, "journal.yaml")).Count(line => line.StartsWith("- ", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task<bool> UntilAsync(Func<bool> holds)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(30);)
        {
            if (holds()) return true;
            await Task.Yield();
        }

        return false;
    }
}
