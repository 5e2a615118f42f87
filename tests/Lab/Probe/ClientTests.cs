using GostBt.Lab.Tests.Raising;
using GostBt.Model;

namespace GostBt.Lab.Tests.Probe;

/// <summary>Real BitTorrent clients at home: their ports are proven without taking them away from them.</summary>
[Collection(RunningCollection.Name)]
public sealed class ClientTests(RunningFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task QBittorrent_answers_over_both_and_tells_whom_it_saw()
    {
        Require("qbittorrent-nox");
        Directory.CreateDirectory($"{_folder}/qBittorrent/config");
        await File.WriteAllTextAsync(
            $"{_folder}/qBittorrent/config/qBittorrent.conf",
            "[BitTorrent]\nSession\\Port=6666\n[LegalNotice]\nAccepted=true\n[Preferences]\nWebUI\\LocalHostAuth=false\nWebUI\\Port=8099\n");
        await using var client = fixture.Lab.Start("home", ["qbittorrent-nox", $"--profile={_folder}"]);

        var results = await fixture.TestUntilAsync(r => r[(6666, PortProtocol.Udp)].Answered?.StartsWith("BitTorrent", StringComparison.Ordinal) == true);

        Assert.All([results[(6666, PortProtocol.Tcp)], results[(6666, PortProtocol.Udp)]], r =>
        {
            Assert.True(r.Open, r.Detail);
            Assert.StartsWith("BitTorrent client", r.Answered, StringComparison.Ordinal);
            Assert.StartsWith("198.19.255.", r.SourceSeen, StringComparison.Ordinal);
            Assert.True(r.SourcePreserved);
        });
        Assert.Contains("DHT", results[(6666, PortProtocol.Udp)].Answered, StringComparison.Ordinal);
        Assert.Equal("GostBt", results[(7777, PortProtocol.Tcp)].Answered);
    }

    [SkippableFact]
    public async Task Transmission_bound_to_the_tunnel_answers_over_both()
    {
        await using var client = StartTransmission("--bind-address-ipv4", "192.168.123.2");

        var results = await fixture.TestUntilAsync(r => r[(6666, PortProtocol.Udp)].Answered?.StartsWith("BitTorrent", StringComparison.Ordinal) == true);

        Assert.All([results[(6666, PortProtocol.Tcp)], results[(6666, PortProtocol.Udp)]], r =>
        {
            Assert.True(r.Open, r.Detail);
            Assert.StartsWith("BitTorrent client", r.Answered, StringComparison.Ordinal);
        });
    }

    [SkippableFact]
    public async Task Transmission_on_all_addresses_answers_over_TCP_only_and_the_test_says_why()
    {
        await using var client = StartTransmission();

        var results = await fixture.TestUntilAsync(r => r[(6666, PortProtocol.Udp)].Stage == ProbeStage.Listener);

        Assert.True(results[(6666, PortProtocol.Tcp)].Open);
        Assert.True(results[(6666, PortProtocol.Tcp)].SourcePreserved);
        var udp = results[(6666, PortProtocol.Udp)];
        Assert.Equal((false, ProbeStage.Listener), (udp.Open, udp.Stage));
        Assert.Contains("on all addresses", udp.Detail, StringComparison.Ordinal);
        Assert.Contains("Bind", udp.Remedy, StringComparison.Ordinal);
    }

    private NodeProcess StartTransmission(params string[] arguments)
    {
        Require("transmission-daemon");
        return fixture.Lab.Start(
            "home", ["transmission-daemon", "-f", "-g", _folder, "-w", _folder, "--peerport", "6666", "--utp", "--dht", "-p", "9093", .. arguments]);
    }

    private static void Require(string program) => Skip.IfNot(
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))),
        $"{program} is not installed (lab/lab.sh install)");
}
