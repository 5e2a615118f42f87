using System.Text.Json;
using System.Text.Json.Serialization;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Lab.Tests.Probe;

/// <summary>A lab in which <c>gostbt up</c> was run at home: ports 6666 and 7777 published, the tunnel up. A test leaves it so.</summary>
public sealed class RunningFixture : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-probe-").FullName;
    private RaisedLab? _lab;

    /// <summary>The lab; asking for it skips the test where no lab can be raised.</summary>
    public RaisedLab Lab
    {
        get
        {
            Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
            return _lab ?? throw new InvalidOperationException("The lab is not up.");
        }
    }

    /// <summary>The relay's user and password, as the profile's secrets keep them.</summary>
    public string SecretsFile => Path.Combine(_folder, "config", "profiles", "home.secrets");

    /// <summary>Where home keeps profiles and state.</summary>
    public GostBtPaths Paths => new(Path.Combine(_folder, "config"), Path.Combine(_folder, "state"));

    /// <summary>The relay's credentials, as if stolen from the PC.</summary>
    public (string User, string Password) Login
    {
        get
        {
            _ = Lab;
            var secrets = new ProfileStore(Paths).LoadSecrets(new ProfileName("home"))!;
            return (secrets.Username, secrets.Password);
        }
    }

    /// <summary>The socket of the ssh agent that holds the lab's key; nothing listens there before <see cref="RentedHost"/> starts one.</summary>
    public string AgentSocket => Path.Combine(_folder, "agent.sock");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (RaisedLab.Obstacle is not null) return;
        _ = PublishedHost.Path;
        _lab = await RaisedLab.UpAsync(RaisedLab.UniqueName());
        await UpAsync();
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

    /// <summary>Deploys what is missing and starts the tunnel.</summary>
    public async Task UpAsync()
    {
        var file = Path.Combine(_folder, "mine.yaml");
        await File.WriteAllTextAsync(file, $$"""
            version: 1
            name: home
            server: { host: vps.lab.test, user: root, identityFile: {{Lab.Facts.SshKey}}, publicAddress: {{Lab.Facts.VpsAddress}} }
            ports: [ { port: 6666, protocol: both }, { port: 7777, protocol: both } ]
            """);
        (await GostBtAsync("up", file, "--accept-host-key")).Succeeded();
    }

    /// <summary>Runs gostbt at home.</summary>
    public Task<CommandResult> GostBtAsync(params string[] arguments) => Lab.ExecAsync("home", Command(arguments), input: null, Deadline);

    /// <summary>Starts gostbt at home.</summary>
    public NodeProcess Start(params string[] arguments) => Lab.Start("home", Command(arguments));

    /// <summary>Runs <c>gostbt test home --json</c> with more arguments; its results by port and protocol.</summary>
    public async Task<IReadOnlyDictionary<(int Port, PortProtocol Protocol), PortProbeResult>> TestAsync(params string[] arguments)
    {
        var result = await GostBtAsync(["test", "home", "--json", .. arguments]);
        Assert.True(result.ExitCode is 0 or 4, $"{result.ExitCode}: {result.Error}");
        return JsonSerializer.Deserialize<PortProbeResult[]>(result.Output, Json)!.ToDictionary(r => (r.Port, r.Protocol));
    }

    /// <summary>Tests the ports until <paramref name="expected"/> holds, for clients take a while to start.</summary>
    public async Task<IReadOnlyDictionary<(int Port, PortProtocol Protocol), PortProbeResult>> TestUntilAsync(
        Func<IReadOnlyDictionary<(int Port, PortProtocol Protocol), PortProbeResult>, bool> expected)
    {
        var end = DateTime.UtcNow + TimeSpan.FromSeconds(40);
        while (true)
        {
            var results = await TestAsync();
            if (expected(results) || DateTime.UtcNow > end) return results;
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private string[] Command(string[] arguments) =>
    [
        "env", $"GOSTBT_HOME={_folder}", $"GOSTBT_HOST={PublishedHost.Path}", $"SSH_AUTH_SOCK={AgentSocket}", PublishedHost.Path, .. arguments,
    ];
}
