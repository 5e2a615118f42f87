using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>A lab whose home is a booted Debian with ufw, firewalld and both kinds of iptables, all of them off, and a profile whose server is deployed.</summary>
public sealed class HomeFirewallFixture : IAsyncLifetime
{
    /// <summary>Home's address in the tunnel.</summary>
    public const string Client = "192.168.123.2";

    private const string Program = "/srv/gostbt/gostbt";
    private const string Folder = "/srv/gostbt/home";

    private RaisedLab? _lab;

    /// <summary>The lab, raised when it is first asked for.</summary>
    public async Task<RaisedLab> LabAsync()
    {
        if (_lab is not null) return _lab;
        var lab = await RaisedLab.OfSystemAsync("debian12-firewalls");
        _lab = lab;
        var folder = Directory.CreateTempSubdirectory("gostbt-home-").FullName;
        try
        {
            // From home before that has a system of its own; its disk gets program, profile and secrets.
            var file = Path.Combine(folder, "mine.yaml");
            await File.WriteAllTextAsync(file, $$"""
                version: 1
                name: home
                server: { host: vps.lab.test, user: root, publicAddress: {{lab.Facts.VpsAddress}}, sshConfigFile: {{lab.Facts.SshConfig}} }
                ports: [ { port: 6666, protocol: both } ]
                """);
            (await lab.ExecAsync("home", ["env", $"GOSTBT_HOME={folder}", PublishedHost.Path, "up", file, "--accept-host-key"])).Succeeded();
            (await lab.ExecAsync("home", ["env", $"GOSTBT_HOME={folder}", PublishedHost.Path, "down", "home"])).Succeeded();
            (await RaisedLab.ScriptAsync(lab.Name, ["boot", "home"], TimeSpan.FromSeconds(120))).Succeeded();
            var disk = Path.Combine(lab.Facts.State, "home", "root");
            var profiles = Directory.CreateDirectory(Path.Combine(disk + Folder, "config", "profiles")).FullName;
            File.Copy(PublishedHost.Path, disk + Program);
            foreach (var part in Directory.GetFiles(Path.Combine(folder, "config", "profiles"))) File.Copy(part, Path.Combine(profiles, Path.GetFileName(part)));
            return lab;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs <c>gostbt</c> at home.</summary>
    public async Task<CommandResult> GostBtAsync(params string[] arguments) => await (await LabAsync()).ExecAsync("home", ["env", $"GOSTBT_HOME={Folder}", Program, .. arguments]);

    /// <summary>Home's IPv6 address in the tunnel, which is up.</summary>
    public async Task<string> Client6Async() => (await (await LabAsync()).ShAsync("home", "ip -6 -o address show dev gost_tun scope global | awk '{ sub(\"/.*\", \"\", $4); print $4; exit }'")).Succeeded().Trim();

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_lab is not null) await _lab.DisposeAsync();
    }
}
