using GostBt.AutoStart;
using GostBt.Core.Tests.Tunnel;
using GostBt.Gost.Supply;
using GostBt.Model;

namespace GostBt.Core.Tests.AutoStart;

/// <summary>What a task of Windows gets to run where only administrators may write. The files are stand-ins; placing them compares hashes.</summary>
public sealed class WindowsGostTests : IDisposable
{
    private static readonly GostPlatform Windows = new("windows", "amd64");

    private readonly TemporaryFolder _folder = new();
    private readonly GostStore _store;

    public WindowsGostTests()
    {
        _store = new GostStore(_folder["engines"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_store_s_gost_comes_with_its_Wintun_each_with_the_hash_it_must_have()
    {
        var installed = Install();
        var wintun = Place("engines/gost-3.2.6-windows-amd64/wintun.dll");
        Place("engines/wintun-0.14.1-amd64/wintun.dll");

        var files = WindowsGost.Files(_store, Windows, onPath: Place("path/gost.exe"));

        Assert.Equal(
            [
                new AgentFile(installed.Path, Path.Combine("gost", "gost.exe"), installed.Hash),
                new AgentFile(wintun, Path.Combine("gost", "wintun.dll"), KnownWintun.HashOf("amd64")!),
            ],
            files);
    }

    [Fact]
    public void Else_it_is_the_one_on_PATH_as_it_is_now_and_the_store_s_Wintun()
    {
        var gost = Place("path/gost.exe");
        var wintun = Place("engines/wintun-0.14.1-amd64/wintun.dll");

        Assert.Equal([gost, wintun], WindowsGost.Files(_store, Windows, gost).Select(file => file.Source));
        Assert.Equal(FileHash.Of(gost), WindowsGost.Files(_store, Windows, gost)[0].Hash);
    }

    [Fact]
    public void Without_either_it_is_said_what_to_install()
    {
        var none = Assert.Throws<GostBtException>(() => WindowsGost.Files(_store, Windows, onPath: null));
        var noWintun = Assert.Throws<GostBtException>(() => WindowsGost.Files(_store, Windows, Place("path/gost.exe")));

        Assert.Contains("neither installed nor on PATH", none.Message, StringComparison.Ordinal);
        Assert.Contains("no wintun.dll", noWintun.Message, StringComparison.Ordinal);
        Assert.All([none, noWintun], error => Assert.Contains("Install-GostBtEngine", error.Remedy, StringComparison.Ordinal));
    }

    private InstalledGost Install()
    {
        var staging = _store.CreateStaging();
        var program = Path.Combine(staging, "gost.exe");
        File.WriteAllText(program, "MZ gost");
        return _store.Place(staging, new InstalledGost
        {
            Version = GostVersion.Parse("3.2.6"),
            Platform = Windows,
            Path = program,
            Hash = FileHash.Of(program),
            Source = "here",
            Verified = true,
        });
    }

    private string Place(string relative)
    {
        var path = Path.GetFullPath(_folder[relative]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "MZ");
        return path;
    }
}
