using System.Security.Cryptography;
using System.Text;
using GostBt.Engine.Tun.Windows;
using GostBt.Model;

namespace GostBt.Engine.Tests.Tun.Windows;

public sealed class WintunFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-test").FullName;
    private readonly List<string> _loaded = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_looked_for_beside_the_program_and_among_the_engines_only() => Assert.Equal(
        [Path.Combine("program", "wintun.dll"), Path.Combine("engines", "wintun-0.14.1-amd64", "wintun.dll")],
        WintunFile.Places("program", "engines", "amd64"));

    [Fact]
    public void The_first_that_is_there_is_loaded()
    {
        var here = Write("amd64 bytes");

        Load(Path.Combine(_folder, "absent.dll"), here);

        Assert.Equal([here], _loaded);
    }

    [Fact]
    public void None_is_an_unsupported_system_that_names_the_places_and_the_cure()
    {
        var place = Path.Combine(_folder, "absent.dll");

        var error = Assert.Throws<GostBtException>(() => Load(place));

        Assert.Equal(GostBtFailure.UnsupportedSystem, error.Failure);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains("Install-GostBtEngine", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_architecture_is_not_loaded()
    {
        var path = Write("arm64 bytes");

        var error = Assert.Throws<GostBtException>(() => Load(path));

        Assert.Contains("wintun for arm64; this program is amd64", error.Message, StringComparison.Ordinal);
        Assert.Empty(_loaded);
    }

    [Fact]
    public void One_with_other_bytes_is_not_loaded()
    {
        var path = Write("anything");

        Assert.Equal(GostBtFailure.ChecksumMismatch, Assert.Throws<GostBtException>(() => Load(path)).Failure);
        Assert.Empty(_loaded);
    }

    private string Write(string content)
    {
        var path = Path.Combine(_folder, "wintun.dll");
        File.WriteAllText(path, content);
        return path;
    }

    private void Load(params string[] places)
    {
        using var wintun = new FakeWintun();
        WintunFile.Load(places, "amd64", ProcessorOf, path =>
        {
            _loaded.Add(path);
            return wintun;
        });
    }

    private static string? ProcessorOf(string hash) => new[] { "amd64", "arm64" }.FirstOrDefault(processor => hash == Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(processor + " bytes"))));
}
