using System.Diagnostics;
using System.Globalization;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>A PC that sleeps, whose disk is full, or whose clock jumps.</summary>
[Collection(FaultsCollection.Name)]
public sealed class PCFaultTests(TunnelFixture home, ITestOutputHelper output)
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    /// <summary>
    /// Forty seconds stand for the ten minutes of a nap: longer than any patience at either end but one (the agent's misses, the engine's 30 s of silence, what TCP sends again
    /// within them), and the one (the server forgets a silent client after 60 s) only frees memory: a client that is back says hello anew on its new connection.
    /// </summary>
    [SkippableFact]
    public async Task Agent_and_engine_are_frozen()
    {
        await using var run = await FaultRun.BeginAsync(home, output);
        int[] all = [await home.AgentAsync(), await home.EngineAsync()];
        foreach (var each in all)
        {
            run.Mend(() => TunnelFixture.KillAsync(each, "CONT"));
            await TunnelFixture.KillAsync(each, "STOP");
        }

        await Task.Delay(Sleep());
        var since = Stopwatch.GetTimestamp();
        foreach (var each in all)
        {
            await TunnelFixture.KillAsync(each, "CONT");
        }

        await run.RecoversAsync(string.Create(CultureInfo.InvariantCulture, $"frozen for {Sleep().TotalSeconds:0} s (sleep), from waking on"), since, FaultTable.Recovered, Stopwatch.GetTimestamp());
        await run.EndAsync();
    }

    [SkippableFact]
    public async Task The_disk_is_full()
    {
        _ = home.Lab;
        var state = Path.GetDirectoryName(home.State)!;
        await MountAsync(state);
        try
        {
            await using var run = await FaultRun.BeginAsync(home, output);
            run.Mend(() => TunnelFixture.MachineAsync($"rm -f '{state}/ballast'"));
            var since = Stopwatch.GetTimestamp();
            await FillAsync(state);

            // Full alone harms nobody.
            await Task.Delay(TimeSpan.FromSeconds(3));
            Assert.InRange(run.Outside.LongestSilence(since), TimeSpan.Zero, TimeSpan.FromSeconds(2));

            since = Stopwatch.GetTimestamp();
            await TunnelFixture.KillAsync(await home.EngineAsync(), "KILL");
            await run.RecoversAsync("kill -9 of the engine while the disk is full", since, FaultTable.Recovered, Stopwatch.GetTimestamp());

            await run.Home.StopAsync();
            await FillAsync(state);
            var refused = await home.GostBtAsync("start", "home", "--timeout", "10");
            Assert.Equal(1, refused.ExitCode);
            Assert.True(refused.Error.Contains("No space left", StringComparison.Ordinal), refused.Error);
            Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
            await home.AssertNothingLeftAsync();

            await TunnelFixture.MachineAsync($"rm '{state}/ballast'");
            since = Stopwatch.GetTimestamp();
            await home.StartAsync();
            await run.RecoversAsync("disk full, from the start with room again on", since, FaultTable.Recovered);
            await run.EndAsync();
        }
        finally
        {
            await TunnelFixture.MachineAsync($"umount -l '{state}'");
        }
    }

    [SkippableTheory]
    [InlineData("+1d")]
    [InlineData("-1d")]
    public async Task The_clock_jumps_by_a_day(string jump)
    {
        Skip.IfNot(File.Exists(FakeTime), "libfaketime is not installed");
        _ = home.Lab;
        var clock = Path.Combine(Path.GetDirectoryName(home.UserFile)!, "clock");
        await File.WriteAllTextAsync(clock, "+0\n");
        await using var run = await FaultRun.BeginAsync(
            home, output, $"LD_PRELOAD={FakeTime}", $"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_CACHE_DURATION=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_FORCE_MONOTONIC_FIX=0");
        var since = Stopwatch.GetTimestamp();

        await File.WriteAllTextAsync(clock, jump + "\n");

        // That alone changes nothing: three seconds in which every patience could run out.
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.InRange(run.Outside.LongestSilence(since), TimeSpan.Zero, TimeSpan.FromSeconds(2));

        // And a connection made at the new time is trusted.
        since = Stopwatch.GetTimestamp();
        await TunnelFixture.KillAsync(await home.EngineAsync(), "KILL");
        await run.RecoversAsync($"clock jumped by {jump}, then kill -9 of the engine", since, FaultTable.Recovered, Stopwatch.GetTimestamp());
        Assert.Contains(Today(jump), await LogAsync(), StringComparison.Ordinal);
        await run.EndAsync();
    }

    private static TimeSpan Sleep() => TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("GOSTBT_FAULT_SLEEP") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 40);

    private static string Today(string jump) =>
        DateTime.UtcNow.AddDays(jump[0] == '+' ? 1 : -1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task MountAsync(string folder)
    {
        var mount = await Command.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=700", "gostbt-fault", folder], input: null, TimeSpan.FromSeconds(10));
        mount.Succeeded();
    }

    private static async Task FillAsync(string folder)
    {
        await TunnelFixture.MachineAsync($"cat /dev/zero >>'{folder}/ballast' 2>/dev/null");
        Assert.Equal("0", (await TunnelFixture.MachineAsync($"df --output=avail -B1 '{folder}' | tail -n 1")).Trim());
    }

    private async Task<string> LogAsync() => await File.ReadAllTextAsync(Path.Combine(home.State, "agent.log"));
}
