using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>A lab whose VPS has the firewalls of others to offer, and a PC at home with a profile for it.</summary>
public sealed class FirewalledFixture : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-firewalls-").FullName;
    private RaisedLab? _lab;

    /// <summary>The lab, raised when it is first asked for.</summary>
    public async Task<RaisedLab> LabAsync() => _lab ??= await RaisedLab.OfSystemAsync("debian12-firewalls");

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_lab is not null) await _lab.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Deploys a profile from a node, with more of its YAML, and starts its tunnel there.</summary>
    public async Task UpAsync(string rest, string node = "home", string name = "home")
    {
        var lab = await LabAsync();
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, node)).FullName, "mine.yaml");
        await File.WriteAllTextAsync(file, $$"""
            version: 1
            name: {{name}}
            server: { host: vps.lab.test, user: root, identityFile: {{lab.Facts.SshKey}}, publicAddress: {{lab.Facts.VpsAddress}} }
            {{rest}}
            """);
        (await GostBtAsync(node, "up", file, "--accept-host-key")).Succeeded();
    }

    /// <summary>Stops the tunnel and takes the server back.</summary>
    public async Task DownAsync(string node = "home", string name = "home") => (await GostBtAsync(node, "down", name, "--remove-server")).Succeeded();

    private async Task<CommandResult> GostBtAsync(string node, params string[] arguments) => await (await LabAsync()).ExecAsync(
        node, ["env", $"GOSTBT_HOME={Path.Combine(_folder, node)}", $"GOSTBT_HOST={PublishedHost.Path}", PublishedHost.Path, .. arguments], input: null, Deadline);
}
