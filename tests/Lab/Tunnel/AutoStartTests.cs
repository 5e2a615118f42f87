using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Server;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>A home that is a booted Debian, with its tunnel registered with systemd by <c>gostbt autostart</c>, from folders with the oddest of names.</summary>
public sealed class AutoStartTests
{
    private const string Unit = "gostbt-agent-home.service";
    private const string Program = "/srv/module/gostbt";

    // What systemd, a shell, or .NET might take for more than a letter.
    private const string Folder = "/srv/it's \"odd\" 100% $HOME \\ ü";

    // A user's, who would be root if root's agent worked with it.
    private const string Theirs = "/srv/theirs";

    [SkippableFact]
    public async Task A_registered_tunnel_comes_up_at_boot_comes_back_and_follows_the_commands()
    {
        Skip.If(RaisedLab.Obstacle is not null, RaisedLab.Obstacle);
        await using var lab = await RaisedLab.UpAsync(RaisedLab.UniqueName());
        var untouched = await DeployedAsync(lab);

        // Refused, with nothing left, where it cannot work.
        Assert.Contains("not deployed", await RefusedAsync(lab, "bare"), StringComparison.Ordinal);
        Assert.Contains("no profile", await RefusedAsync(lab, "nobody"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("root", (await lab.ExecAsync("home", ["setpriv", "--bounding-set=-net_admin", "env", $"GOSTBT_HOME={Folder}", Program, "autostart", "home"])).Error, StringComparison.Ordinal);
        (await lab.ShAsync("home", $"cp -r /srv/it* {Theirs} && chown -R 1000 {Theirs}")).Succeeded();
        Assert.Contains(
            "can be changed by others than root",
            (await lab.ExecAsync("home", ["env", $"GOSTBT_HOME={Theirs}", Program, "autostart", "home"])).Error,
            StringComparison.Ordinal);
        Assert.Equal("", (await lab.ShAsync("home", "ls -d /usr/local/lib/gostbt-agent /etc/systemd/system/gostbt* 2>/dev/null")).Output);

        // A plan makes nothing; registering twice makes one unit.
        Assert.Contains("ExecStart=", (await GostBtAsync(lab, "autostart", "home", "--plan")).Succeeded(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await lab.ShAsync("home", $"test -e /etc/systemd/system/{Unit}")).ExitCode);
        (await GostBtAsync(lab, "autostart", "home")).Succeeded();
        var unit = (await lab.ShAsync("home", $"cat /etc/systemd/system/{Unit}; stat -c %Y /etc/systemd/system/{Unit}")).Succeeded();
        (await GostBtAsync(lab, "autostart", "home")).Succeeded();
        Assert.Contains("no more", (await GostBtAsync(lab, "autostart", "home", "--remove", "--plan")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(unit, (await lab.ShAsync("home", $"cat /etc/systemd/system/{Unit}; stat -c %Y /etc/systemd/system/{Unit}")).Succeeded());
        Assert.Equal("", (await lab.ShAsync("home", $"systemd-analyze verify /etc/systemd/system/{Unit} 2>&1")).Succeeded());

        // The computer starts: the tunnel is up, though the module's own program is gone.
        (await lab.ShAsync("home", $"mv {Program} {Program}.later")).Succeeded();
        await BootAsync(lab);
        await TunnelFixture.EventuallyAsync(async () => await AgentAsync(lab) != "0", TimeSpan.FromSeconds(30), "an agent after boot");
        (await lab.ShAsync("home", $"mv {Program}.later {Program}")).Succeeded();
        await UntilUpAsync(lab);
        var first = await AgentAsync(lab);

        // Killed, it is back, and what it left is taken back.
        (await lab.ShAsync("home", $"kill -9 {first}")).Succeeded();
        await TunnelFixture.EventuallyAsync(async () => await AgentAsync(lab) is var agent && agent != "0" && agent != first, TimeSpan.FromSeconds(30), "another agent");
        await UntilUpAsync(lab);

        // Stopped, it stays so; started, it is the system's again.
        Assert.Contains("Stopped", (await GostBtAsync(lab, "down", "home")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("inactive", (await ActiveAsync(lab)).Trim());
        Assert.Equal(untouched, await NetworkAsync(lab));
        (await GostBtAsync(lab, "start", "home")).Succeeded();
        Assert.Equal("active", (await ActiveAsync(lab)).Trim());
        Assert.Equal((await AgentAsync(lab)).Trim(), (await lab.ShAsync("home", "pgrep -f '[a]gent --profile home'")).Succeeded().Trim());

        // An agent that is frozen is ended by the system, and does not come back.
        (await lab.ShAsync("home", $"kill -STOP {await AgentAsync(lab)}")).Succeeded();
        (await GostBtAsync(lab, "down", "home")).Succeeded();
        Assert.Equal(untouched, await NetworkAsync(lab));
        (await GostBtAsync(lab, "start", "home")).Succeeded();

        // One that was started without the system is warned of when it is registered, and handed over when it is started again.
        (await GostBtAsync(lab, "autostart", "home", "--remove")).Succeeded();
        (await GostBtAsync(lab, "start", "home")).Succeeded();
        var registered = await GostBtAsync(lab, "autostart", "home");
        registered.Succeeded();
        Assert.Contains("hands it over", registered.Error, StringComparison.Ordinal);
        Assert.Equal("inactive", (await ActiveAsync(lab)).Trim());
        (await GostBtAsync(lab, "start", "home")).Succeeded();
        Assert.Equal("active", (await ActiveAsync(lab)).Trim());
        Assert.Equal((await AgentAsync(lab)).Trim(), (await lab.ShAsync("home", "pgrep -f '[a]gent --profile home'")).Succeeded().Trim());
        Assert.DoesNotContain("hands it over", (await GostBtAsync(lab, "autostart", "home")).Error, StringComparison.Ordinal);

        // Unregistered, nothing is left of it.
        Assert.Contains("not registered", (await GostBtAsync(lab, "autostart", "home", "--remove")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(untouched, await NetworkAsync(lab));
        Assert.Equal("", (await lab.ShAsync("home", "pgrep -ax gostbt; find / -xdev -path /srv -prune -o -path /proc -prune -o -name '*gostbt*' -print; systemctl list-units --all --no-legend 'gostbt*'")).Output);
        (await GostBtAsync(lab, "autostart", "home", "--remove")).Succeeded();
    }

    // The server is deployed from home before that has a system of its own; its disk gets program, profile and secrets.
    private static async Task<string> DeployedAsync(RaisedLab lab)
    {
        var folder = Directory.CreateTempSubdirectory("gostbt-autostart-").FullName;
        try
        {
            var file = Path.Combine(folder, "mine.yaml");
            await File.WriteAllTextAsync(file, $$"""
                version: 1
                name: home
                server: { host: vps.lab.test, user: root, publicAddress: {{lab.Facts.VpsAddress}}, sshConfigFile: {{lab.Facts.SshConfig}} }
                ports: [ { port: 6666, protocol: both } ]
                """);
            (await lab.ExecAsync("home", ["env", $"GOSTBT_HOME={folder}", PublishedHost.Path, "up", file, "--accept-host-key"])).Succeeded();
            (await lab.ExecAsync("home", ["env", $"GOSTBT_HOME={folder}", PublishedHost.Path, "down", "home"])).Succeeded();
            await BootAsync(lab);
            var disk = Path.Combine(lab.Facts.State, "home", "root");
            Directory.CreateDirectory(Path.GetDirectoryName(disk + Program)!);
            File.Copy(PublishedHost.Path, disk + Program);
            var profiles = Directory.CreateDirectory(Path.Combine(disk + Folder, "config", "profiles")).FullName;
            foreach (var part in Directory.GetFiles(Path.Combine(folder, "config", "profiles"))) File.Copy(part, Path.Combine(profiles, Path.GetFileName(part)));
            await File.WriteAllTextAsync(Path.Combine(profiles, "bare.yaml"), "version: 1\nname: bare\nserver: { host: vps.lab.test, user: root }\nports: [ { port: 7777, protocol: both } ]\n");
            return await NetworkAsync(lab);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task BootAsync(RaisedLab lab) => (await RaisedLab.ScriptAsync(lab.Name, ["boot", "home"], TimeSpan.FromSeconds(120))).Succeeded();

    private static Task<CommandResult> GostBtAsync(RaisedLab lab, params string[] arguments) => lab.ExecAsync("home", ["env", $"GOSTBT_HOME={Folder}", Program, .. arguments]);

    private static async Task<string> RefusedAsync(RaisedLab lab, string name)
    {
        var refused = await GostBtAsync(lab, "autostart", name);
        Assert.NotEqual(0, refused.ExitCode);
        return refused.Error;
    }

    private static async Task<string> AgentAsync(RaisedLab lab) => (await lab.ShAsync("home", $"systemctl show --property=MainPID --value {Unit}")).Succeeded().Trim();

    private static async Task<string> ActiveAsync(RaisedLab lab) => (await lab.ShAsync("home", $"systemctl is-active {Unit}")).Output;

    private static Task UntilUpAsync(RaisedLab lab) => TunnelFixture.EventuallyAsync(
        async () => (await GostBtAsync(lab, "status", "home")).ExitCode == 0, TimeSpan.FromSeconds(30), "the tunnel is up");

    private static async Task<string> NetworkAsync(RaisedLab lab) => (await lab.ShAsync(
        "home",
        "ip -4 rule; ip -6 rule; ip -4 route show table all; ip -6 route show table all | sed 's/ expires [^ ]*//'; ip -o link | cut -d: -f2; nft list ruleset 2>/dev/null")).Succeeded();
}
