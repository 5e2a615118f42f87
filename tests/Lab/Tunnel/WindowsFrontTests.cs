using System.Diagnostics;
using System.Globalization;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>gostbt.exe under Wine at home, as the SOCKS5 front of a Windows PC, with the secrets and the split route of the deployed profile, before the lab's VPS.</summary>
[Collection(TunnelCollection.Name)]
public sealed class WindowsFrontTests(TunnelFixture fixture) : IAsyncLifetime
{
    private const int Port = 5599;

    private static readonly TimeSpan Boot = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-windows-front-").FullName;

    private static string Program => Path.Combine(Repository.Root, "artifacts", "host", "win-x64", "gostbt.exe");

    private string Split => Path.Combine(_folder, "direct.txt");

    private string[] Wine => ["env", $"WINEPREFIX={_folder}/wine", "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY="];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (Directory.Exists($"{_folder}/wine"))
        {
            await Command.RunAsync("env", [.. Wine[1..], "wineserver", "-k"], input: null, Limit);
            await Command.RunAsync("env", [.. Wine[1..], "wineserver", "-w"], input: null, Limit);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [SkippableFact]
    public async Task What_the_split_route_sends_through_the_server_comes_from_its_address_and_the_rest_from_home_s()
    {
        Skip.IfNot(File.Exists(Program), "gostbt.exe is not published (build/publish-host.sh win-x64)");
        Skip.IfNot((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, "wine"))), "wine is not installed");
        var lab = fixture.Lab;
        Directory.CreateDirectory($"{_folder}/wine");
        (await lab.ExecAsync("home", [.. Wine, "wineboot", "-i"], deadline: Boot)).Succeeded();
        await WriteConfigurationAsync();

        await using var front = lab.Start("home", [.. Wine, "wine", Program, "engine", "-C", OnWindows($"{_folder}/front.yaml")]);
        await SeesAsync(ipv6: false, lab.Facts.VpsAddress, front);
        await SeesAsync(ipv6: true, lab.Facts.HomeAddress6, front);

        await File.WriteAllTextAsync(Split, "0.0.0.0/0\n");
        await SeesAsync(ipv6: false, lab.Facts.NatAddress, front);
        await SeesAsync(ipv6: true, lab.Facts.VpsAddress6, front);
    }

    // A path of this machine as Wine shows it.
    private static string OnWindows(string path) => "Z:" + path.Replace('/', '\\');

    private async Task SeesAsync(bool ipv6, string expected, NodeProcess front)
    {
        var seen = string.Empty;
        for (var watch = Stopwatch.StartNew(); seen != expected; await Task.Delay(200))
        {
            Assert.True(watch.Elapsed < Limit && !front.HasExited, $"The tracker sees '{seen}' and not {expected}. The engine: {front.Output}");
            seen = await fixture.SeenThroughProxyAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}"), ipv6);
        }
    }

    private async Task WriteConfigurationAsync()
    {
        var configuration = Path.GetDirectoryName(Path.GetDirectoryName(fixture.Profile))!;
        var secrets = new ProfileStore(new GostBtPaths(configuration, fixture.State)).LoadSecrets(new ProfileName("home"))!;
        await File.WriteAllTextAsync($"{_folder}/server.crt", secrets.CertificatePem);
        await File.WriteAllTextAsync(Split, "::/0\n");
        await File.WriteAllTextAsync($"{_folder}/front.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            services:
            - name: socks
              addr: "127.0.0.1:{{Port}}"
              handler: { type: socks5, chain: trackers, metadata: { udp: true, localOnly: true } }
              listener: { type: tcp }
            chains:
            - name: trackers
              hops:
              - name: server
                bypass: direct
                nodes:
                - name: server
                  addr: "{{fixture.Lab.Facts.VpsAddress}}:8443"
                  connector: { type: relay, auth: { username: "{{secrets.Username}}", password: "{{secrets.Password}}" }, metadata: { nodelay: true } }
                  dialer: { type: wss, tls: { caFile: '{{OnWindows($"{_folder}/server.crt")}}', secure: true, serverName: gostbt } }
            bypasses: [ { name: direct, file: { path: '{{OnWindows(Split)}}' }, reload: 1s } ]
            """));
    }
}
