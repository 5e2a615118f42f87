using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Tunnel;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>
/// A torrent goes from home to a peer that connects to the published port, while something is killed each minute: the agent first and last, so that one agent lives through all else and
/// would show what it leaks. Twenty minutes, hence in the room "soak" of test.sh alone; see lab/README.md.
/// </summary>
[Collection(FaultsCollection.Name)]
[Trait("Category", "Soak")]
public sealed class SoakTests(TunnelFixture home, ITestOutputHelper output)
{
    private const int Port = 6666;
    private const int BeatPort = 6667;
    private const int BytesPerSecond = 1 << 20;
    private const double Flat = 0.05;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Beginning = TimeSpan.FromMinutes(2);

    [SkippableFact]
    public async Task A_download_survives_whatever_is_killed()
    {
        _ = home.Lab;
        var (length, period) = (Seconds("GOSTBT_SOAK_SECONDS", 1200), Seconds("GOSTBT_SOAK_PERIOD", 60));
        await PublishAsync("[ { port: 6666, protocol: both }, { port: 6667, protocol: udp } ]");
        var folder = Directory.CreateTempSubdirectory("gostbt-soak-").FullName;
        try
        {
            await SoakAsync(folder, length, period);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            await PublishAsync("[ { port: 6666, protocol: both } ]");
            await home.StopAsync();
        }
    }

    private async Task SoakAsync(string folder, TimeSpan length, TimeSpan period)
    {
        await using var run = await FaultRun.BeginAsync(home, output, BeatPort);
        var content = Path.Combine(folder, "seed", "content.bin");
        await PrepareAsync(folder, (long)(length.TotalSeconds * (length >= Long ? 0.95 : 0.5) * BytesPerSecond));

        // Transmission binds to the address alone. libtorrent's sockets are of the device, too, and die with one that somebody deletes.
        await using var seed = run.Lab.Start("home",
        [
            "transmission-daemon", "-f", "-g", $"{folder}/home", "-c", $"{folder}/torrents", "-w", $"{folder}/seed", "-i", "192.168.123.2", "-P", Invariant(Port), "-M", "-O", "-Y", "--no-utp",
            "-T", "-r", "127.0.0.1", "-a", "127.0.0.1", "-GSR",
        ]);
        await TunnelFixture.EventuallyAsync(
            async () => (await run.Lab.ShAsync("home", "transmission-remote 127.0.0.1:9091 -l")).Output.Contains("100%", StringComparison.Ordinal), TimeSpan.FromSeconds(120), () => $"home seeds: {seed.Output}");
        await using var peer = await TorrentClient.StartAsync(run.Lab, "peer1", Path.Combine(folder, "peer"), 7000);
        await peer.AddAsync($"{folder}/soak.torrent", $"{folder}/got", BytesPerSecond);
        Task<double> TendAsync() => peer.TendAsync($"{run.Lab.Facts.VpsAddress}:{Port}");
        await TunnelFixture.EventuallyAsync(async () => await TendAsync() > 0, Beginning, () => $"the download begins; home's client says:\n{seed.Output}");

        var kills = new SoakKills(run, home, output);
        var (agent, engine, far) = (new ProcessSamples(SoakKills.Agent), new ProcessSamples("engine at home"), new ProcessSamples("engine on the VPS"));
        var agentProcess = Invariant(await home.AgentAsync());
        var handlesBefore = 0;
        var strikes = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < length; await Task.Delay(TimeSpan.FromSeconds(2)))
        {
            var progress = await TendAsync();
            agent.Take(agentProcess);
            engine.Take(await TunnelFixture.MachineAsync($"pgrep -f -- '-C {home.State}/engine.yaml$'"));
            far.Take(await kills.FarEngineAsync());
            if (watch.Elapsed < period * (strikes + 1)) continue;
            var kind = strikes == 0 ? SoakKills.Agent : SoakKills.Others[(strikes - 1) % SoakKills.Others.Count];
            strikes++;
            if (strikes == 2)
            {
                // The agent has been up for a period.
                handlesBefore = agent.Handles;
            }

            FaultTable.Print(output, string.Create(CultureInfo.InvariantCulture, $"SOAK {watch.Elapsed:mm\\:ss} {progress:0%}: {agent.Now}, {engine.Now}, {far.Now}"));
            await kills.StrikeAsync(kind);
            if (kind == SoakKills.Agent)
            {
                agentProcess = Invariant(await home.AgentAsync());
            }
        }

        await TunnelFixture.EventuallyAsync(async () => await TendAsync() >= 1, TimeSpan.FromSeconds(60) + (length / 2), "the download is complete");
        Assert.Equal(await HashAsync(content), await HashAsync($"{folder}/got/content.bin"));

        // Whatever was made for those that died is closed again, and not by the garbage collector some day.
        await TunnelFixture.EventuallyAsync(
            () =>
            {
                agent.Take(agentProcess);
                return Task.FromResult(agent.Handles <= handlesBefore * (1 + Flat));
            },
            Settling,
            () => $"no more than {handlesBefore} handles: {agent.Now}");
        await kills.StrikeAsync(SoakKills.Agent);
        FaultTable.Print(output, string.Create(
            CultureInfo.InvariantCulture,
            $"SOAK {length.TotalSeconds:0} s, {kills.Times.Count} kills: recovered in {kills.Times.Average(time => time.TotalMilliseconds):0} ms on average, {kills.Times.Max().TotalMilliseconds:0} ms at most (limit {FaultTable.Recovered.TotalMilliseconds:0}); {new FileInfo(content).Length} bytes complete, SHA-256 right, the peer's client started again {peer.Restarts} times"));
        ProcessSamples[] roles = [agent, engine, far];
        foreach (var role in roles)
        {
            FaultTable.Print(output, role.ToString());
        }

        Assert.All(kills.Times, took => Assert.True(took < FaultTable.Recovered, $"A recovery took {took.TotalMilliseconds:0} ms."));

        // A short run's medians are of few samples, and of processes still warming up.
        if (length >= Long)
        {
            Assert.All(roles, role => Assert.True(role.Growth() is { Memory: < Flat, Handles: < Flat }, role.ToString()));
        }

        await seed.DisposeAsync();
        await run.EndAsync();
    }

    private static async Task PrepareAsync(string folder, long bytes) => (await Command.RunAsync(
        "sh",
        ["-c", $"cd '{folder}' && mkdir seed got home torrents && head -c {Invariant(bytes)} /dev/urandom >seed/content.bin && transmission-create -s 256 -o soak.torrent seed/content.bin && cp soak.torrent torrents"],
        input: null,
        TimeSpan.FromMinutes(5))).Succeeded();

    private async Task PublishAsync(string ports)
    {
        var file = Path.Combine(Path.GetDirectoryName(home.UserFile)!, "soak.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(home.UserFile)).Split("ports:")[0] + "ports: " + ports + "\n");
        (await home.GostBtAsync("up", file)).Succeeded();
    }

    private static async Task<string> HashAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string variable, int otherwise) => TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : otherwise);
}
