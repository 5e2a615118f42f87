using System.Diagnostics;
using System.Globalization;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>What the soak kills, and how long it took each time until a peer was answered again.</summary>
internal sealed class SoakKills(FaultRun run, TunnelFixture home, ITestOutputHelper output)
{
    /// <summary>The agent at home, which is started again by its user.</summary>
    public const string Agent = "agent";

    /// <summary>What is killed while one agent lives.</summary>
    public static readonly IReadOnlyList<string> Others = ["engine at home", "TUN", "engine on the VPS", "route", "link"];

    private readonly List<TimeSpan> _times = [];

    /// <summary>How long each recovery took.</summary>
    public IReadOnlyList<TimeSpan> Times => _times;

    /// <summary>Kills something and waits for the recovery; the link's counts from when it is back.</summary>
    public async Task StrikeAsync(string kind)
    {
        var since = Stopwatch.GetTimestamp();
        switch (kind)
        {
            case Agent:
                await TunnelFixture.KillAsync(await home.AgentAsync(), "KILL");
                since = Stopwatch.GetTimestamp();
                await home.StartAsync();
                break;
            case "engine at home":
                await TunnelFixture.KillAsync(await home.EngineAsync(), "KILL");
                break;
            case "engine on the VPS":
                await TunnelFixture.MachineAsync($"kill -KILL {await FarEngineAsync()}");
                break;
            case "TUN":
                await run.IpAsync("home", "link del gost_tun");
                break;
            case "route":
                await run.IpAsync("home", "route flush table " + (await run.IpAsync("home", "rule show priority 5200")).Split("lookup")[1].Trim());
                break;
            default:
                await run.IpAsync("nat", "link set lan down");
                await Task.Delay(TimeSpan.FromSeconds(2));
                since = Stopwatch.GetTimestamp();
                await run.IpAsync("nat", "link set lan up");
                break;
        }

        var answered = await run.Outside.AnsweredAsync(Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(30));
        Assert.True(answered is not null, $"No peer is answered any more after the loss of the {kind}.");
        var took = Stopwatch.GetElapsedTime(since, answered.Value);
        _times.Add(took);
        FaultTable.Print(output, string.Create(CultureInfo.InvariantCulture, $"SOAK kill {_times.Count}, {kind}: recovered in {took.TotalMilliseconds:0} ms"));
    }

    /// <summary>The engine on the VPS, by its number on the machine, which sees the container's processes too.</summary>
    public async Task<string> FarEngineAsync() => (await TunnelFixture.MachineAsync(
        $"for p in $(ip netns pids {run.Lab.Name}-vps); do tr '\\0' ' ' </proc/$p/cmdline | grep -q ' -C /etc/gostbt/home/engine.yaml' && echo $p; done; true")).Trim();
}
