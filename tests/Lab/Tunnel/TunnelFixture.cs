using System.Globalization;
using System.Text.Json;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>A lab whose VPS <c>gostbt up</c> deployed, and the commands of <c>gostbt</c> as a user at home gives them. The profile's name is "home".</summary>
public sealed class TunnelFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-tunnel-").FullName;
    private RaisedLab? _lab;
    private string? _untouched;

    /// <summary>The lab; asking for it skips the test where no lab can be raised.</summary>
    public RaisedLab Lab
    {
        get
        {
            Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
            return _lab ?? throw new InvalidOperationException("The lab is not up.");
        }
    }

    /// <summary>The folder of the profile's agent.</summary>
    public string State => Path.Combine(_folder, "state", "home");

    /// <summary>The stored profile's file.</summary>
    public string Profile => Path.Combine(_folder, "config", "profiles", "home.yaml");

    /// <summary>The stored profile's secrets.</summary>
    public string Secrets => Path.Combine(_folder, "config", "profiles", "home.secrets");

    /// <summary>The user's profile file.</summary>
    public string UserFile => Path.Combine(_folder, "mine.yaml");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (RaisedLab.Obstacle is not null) return;
        _ = PublishedHost.Path;
        _lab = await RaisedLab.UpAsync(RaisedLab.UniqueName());
        _untouched = await HomeNetworkAsync();
        await File.WriteAllTextAsync(UserFile, $$"""
            version: 1
            name: home
            server: { host: vps.lab.test, user: root, publicAddress: {{_lab.Facts.VpsAddress}}, sshConfigFile: {{_lab.Facts.SshConfig}} }
            ports: [ { port: 6666, protocol: both } ]
            """);
        (await GostBtAsync("up", UserFile, "--accept-host-key")).Succeeded();
        (await GostBtAsync("down", "home")).Succeeded();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_lab is not null)
        {
            await GostBtAsync("down", "home");
            await _lab.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Runs <c>gostbt</c> at home.</summary>
    public Task<CommandResult> GostBtAsync(params string[] arguments) => Lab.ExecAsync("home", Command(arguments));

    /// <summary>A command line of <c>gostbt</c>, for home.</summary>
    public IReadOnlyList<string> Command(params string[] arguments) => ["env", $"GOSTBT_HOME={_folder}", PublishedHost.Path, .. arguments];

    /// <summary>Starts the tunnel, which must succeed.</summary>
    public async Task StartAsync() => (await GostBtAsync("start", "home")).Succeeded();

    /// <summary>Stops the tunnel, which must succeed.</summary>
    public async Task StopAsync() => (await GostBtAsync("down", "home")).Succeeded();

    /// <summary>What <c>gostbt status</c> says.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        using var document = JsonDocument.Parse((await GostBtAsync("status", "home", "--json")).Output);
        return document.RootElement[0].Clone();
    }

    /// <summary>The agent's process.</summary>
    public async Task<int> AgentAsync() => (await StatusAsync()).GetProperty("agentProcessId").GetInt32();

    /// <summary>The process of the engine that serves the TUN.</summary>
    public async Task<int> EngineAsync() =>
        int.Parse((await MachineAsync($"pgrep -f -- '-C {State}/engine.yaml$'")).Trim(), CultureInfo.InvariantCulture);

    /// <summary>Sends a signal to a process of this fixture.</summary>
    public static async Task KillAsync(int process, string signal) => await MachineAsync(string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process}"));

    /// <summary>Runs a script of sh on the machine, which sees every process.</summary>
    public static async Task<string> MachineAsync(string script) =>
        (await Raising.Command.RunAsync("sh", ["-c", script], input: null, TimeSpan.FromSeconds(20))).Output;

    /// <summary>Everything of home's network that a tunnel could leave something in.</summary>
    public async Task<string> HomeNetworkAsync() => (await Lab.ShAsync(
        "home",
        "ip -4 rule; ip -6 rule; ip -4 route show table all; ip -6 route show table all | sed 's/ expires [^ ]*//'; ip -o link | cut -d: -f2; nft list ruleset 2>/dev/null")).Succeeded();

    /// <summary>States that nothing of the tunnel is left at home.</summary>
    public async Task AssertNothingLeftAsync()
    {
        Assert.Equal(_untouched, await HomeNetworkAsync());
        Assert.Equal("", await MachineAsync($"pgrep -af -- '{_folder}' | grep -v pgrep"));
        Assert.DoesNotContain(Directory.GetFiles(State), file => Path.GetFileName(file) is "engine.yaml" or "socks.yaml" or "journal.yaml");
    }

    /// <summary>Waits for something to become true.</summary>
    public static Task EventuallyAsync(Func<Task<bool>> holds, TimeSpan within, string what) => EventuallyAsync(holds, within, () => what);

    /// <summary>The same, with what is said of a failure found out then.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, TimeSpan within, Func<string> what)
    {
        var deadline = DateTime.UtcNow + within;
        while (!await holds())
        {
            if (DateTime.UtcNow > deadline) Assert.Fail($"Not within {within.TotalSeconds:0} s: {what()}");
            await Task.Delay(250);
        }
    }

    /// <summary>Whether the far TUN address answers one request.</summary>
    public async Task<bool> AnswersAsync() => (await Lab.ShAsync("home", "ping -c 1 -w 5 192.168.123.1")).ExitCode == 0;

    /// <summary>The address a witness on the tracker sees for a connection through the SOCKS5.</summary>
    public async Task<string> SeenThroughProxyAsync(string proxy, bool ipv6)
    {
        using var witness = Witness.Start(Lab, "tracker", 7000);
        var tracker = Lab.Facts.AddressOf("tracker", ipv6);
        var answer = await Lab.ExecAsync("home", ["curl", "-s", "--http0.9", "--max-time", "5", "--socks5", proxy, $"http://{(ipv6 ? $"[{tracker}]" : tracker)}:7000/"]);
        return answer.Output.Split(' ')[0];
    }
}
