using System.Text.Json;
using GostBt.Wine.Tests.Raising;

namespace GostBt.Wine.Tests;

/// <summary>Profiles and secrets on a Windows disk.</summary>
[Collection(WineCollection.Name)]
public sealed class ProfileTests(WinePrefix wine)
{
    [SkippableFact]
    public async Task A_profile_is_read_and_a_stopped_tunnel_shown()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = HomeFolder.WithProfile();

        var status = await wine.GostBtAsync(home.Path, "status", "home", "--json");

        Assert.Equal(3, status.ExitCode);
        using var json = JsonDocument.Parse(status.Output);
        Assert.Equal("Stopped", json.RootElement[0].GetProperty("state").GetString());
        Assert.Equal("192.168.123.2", json.RootElement[0].GetProperty("address").GetString());
    }

    [SkippableFact]
    public async Task A_profile_is_written_with_the_same_bytes_as_on_Linux()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = HomeFolder.WithProfile();

        (await wine.GostBtAsync(home.Path, "split", "home", "--ipv4", "direct")).Succeeded();

        var written = await File.ReadAllTextAsync(home.Profile);
        Assert.Contains("ipv4: direct", written, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', written);
        Assert.DoesNotContain("...", written, StringComparison.Ordinal);
        Assert.Contains("IPv4 direct", (await wine.GostBtAsync(home.Path, "split", "home")).Succeeded(), StringComparison.Ordinal);
        Assert.Equal([Path.ChangeExtension(home.Profile, ".lock"), home.Secrets, home.Profile], Directory.GetFiles(Path.GetDirectoryName(home.Profile)!).Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("prots: []", "prots")]
    [InlineData("ports: [ { port: 70000, protocol: both } ]", "70000")]
    [InlineData("ports: [ { port: 8443, protocol: both } ]", "tunnel's own port")]
    public async Task A_profile_edited_into_nonsense_is_refused(string setting, string expected)
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var home = new HomeFolder();
        await File.WriteAllTextAsync(home["mine.yaml"], $"version: 1\r\nname: home\r\nserver: {{ host: vps.example.net }}\r\n{setting}\r\n");

        var result = await wine.GostBtAsync(home.Path, "up", WinePrefix.OnWindows(home["mine.yaml"]));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal([home["mine.yaml"]], Directory.GetFileSystemEntries(home.Path));
    }

    // Wine makes an access list of a file's mode, and a mode of an access list.
    [SkippableFact]
    public async Task A_folder_that_others_can_write_in_is_closed_and_another_user_s_is_refused()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        Skip.IfNot(Environment.IsPrivilegedProcess, "it takes root to give a folder away");
        using var home = HomeFolder.WithProfile();
        var folder = Path.GetDirectoryName(home.Profile)!;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherWrite);

        (await wine.GostBtAsync(home.Path, "split", "home", "--ipv4", "direct")).Succeeded();
        Assert.False(File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherWrite));

        (await Command.RunAsync("chown", ["65534", folder], input: null, TimeSpan.FromSeconds(10))).Succeeded();
        var refused = await wine.GostBtAsync(home.Path, "split", "home", "--ipv4", "proxy");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("belongs to another user", refused.Error, StringComparison.Ordinal);
        Assert.Contains("ipv4: direct", await File.ReadAllTextAsync(home.Profile), StringComparison.Ordinal);
    }
}
