using System.Text;
using GostBt.Core.Tests.Tunnel;
using GostBt.Gost.Supply;
using GostBt.Model;
using NSubstitute;

namespace GostBt.Core.Tests.Gost.Supply;

/// <summary>wintun.dll from an archive with the release's layout into the store, and beside gost.exe.</summary>
public sealed class WintunInstallerTests : IDisposable
{
    private static readonly byte[] Amd64 = Encoding.ASCII.GetBytes("wintun for amd64");
    private static readonly byte[] Arm64 = Encoding.ASCII.GetBytes("wintun for arm64");
    private static readonly byte[] Archive = Archives.Zip(("wintun/LICENSE.txt", [1]), ("wintun/bin/amd64/wintun.dll", Amd64), ("wintun/bin/arm64/wintun.dll", Arm64));

    private readonly TemporaryFolder _folder = new();
    private readonly GostStore _store;
    private byte[]? _served = Archive;

    public WintunInstallerTests()
    {
        _store = new GostStore(_folder["engines"]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("amd64", "e5da8447dc2c320edc0fc52fa01885c103de8c118481f683643cacc3220dafce", "wintun/bin/amd64/wintun.dll")]
    [InlineData("arm64", "f7ba89005544be9d85231a9e0d5f23b2d15b3311667e2dad0debd344918a3f80", "wintun/bin/arm64/wintun.dll")]
    [InlineData("386", "d694fa46ab4cfebcb2632d094c7aa97278eef2f8052438621766d863ae98a931", "wintun/bin/x86/wintun.dll")]
    public void Each_processor_has_its_own(string processor, string hash, string entry)
    {
        Assert.Equal(hash, KnownWintun.HashOf(processor));
        Assert.Equal(processor, KnownWintun.ProcessorOf(hash));
        Assert.Equal(entry, KnownWintun.EntryOf(processor));
    }

    [Fact]
    public async Task It_is_fetched_checked_and_placed_once()
    {
        var path = await Installer().EnsureAsync("amd64", null, force: false, CancellationToken.None);
        _served = null;

        Assert.Equal(_folder["engines/wintun-0.14.1-amd64/wintun.dll"], path);
        Assert.Equal(Amd64, await File.ReadAllBytesAsync(path));
        Assert.Empty(Installer().Steps("amd64", null, force: false));
        Assert.Equal(path, await Installer().EnsureAsync("amd64", null, force: false, CancellationToken.None));
        Assert.Equal([".downloads", "wintun-0.14.1-amd64"], Directory.GetDirectories(_folder["engines"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(_folder["engines/.downloads"]));
    }

    [Fact]
    public async Task Another_archive_is_refused_and_nothing_is_placed()
    {
        _served = Archives.Zip(("wintun/bin/amd64/wintun.dll", Arm64));

        var error = await Assert.ThrowsAsync<GostBtException>(() => Installer().EnsureAsync("amd64", null, force: false, CancellationToken.None));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
        Assert.Contains("-WintunPath", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "wintun.dll", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_taken_from_an_archive_or_a_DLL_that_is_here(bool zipped)
    {
        _served = null;
        var given = Given(zipped ? Archive : Amd64);

        Assert.Equal(Amd64, await File.ReadAllBytesAsync(await Installer().EnsureAsync("amd64", given, force: false, CancellationToken.None)));
        Assert.True(File.Exists(given));
    }

    [Fact]
    public async Task The_DLL_of_another_processor_is_refused_by_name()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => Installer().EnsureAsync("amd64", Given(Arm64), force: false, CancellationToken.None));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
        Assert.Contains("for arm64", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_somebody_changed_is_not_used_until_it_is_installed_anew()
    {
        var path = await Installer().EnsureAsync("amd64", null, force: false, CancellationToken.None);
        await File.WriteAllBytesAsync(path, [1]);

        Assert.Equal(GostBtFailure.ChecksumMismatch, (await Assert.ThrowsAsync<GostBtException>(() => Installer().EnsureAsync("amd64", null, force: false, CancellationToken.None))).Failure);
        Assert.Equal(Amd64, await File.ReadAllBytesAsync(await Installer().EnsureAsync("amd64", null, force: true, CancellationToken.None)));
    }

    [Fact]
    public async Task A_gost_for_Windows_stands_beside_it()
    {
        var gost = Given(Encoding.ASCII.GetBytes("MZ gost"), "gost.exe");
        var request = new GostInstallRequest { Platform = new GostPlatform("windows", "amd64"), File = gost, Version = GostVersion.Parse("3.2.6") };
        var installer = new GostInstaller(_store, Substitute.For<IOperationLog>(), NoDownload, KnownGost.Of, Installer());
        var plan = installer.Plan(request);

        var installed = await installer.InstallAsync(plan, CancellationToken.None);

        Assert.Equal($"download {KnownWintun.Address}", plan.Steps[0]);
        Assert.Equal(Amd64, await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(installed.Path)!, "wintun.dll")));
        Assert.Empty(installer.Plan(request).Steps);

        // It is not the real Wintun, and the store knows only that one.
        Assert.Equal(GostBtFailure.ChecksumMismatch, (await Assert.ThrowsAsync<GostBtException>(() => GostStore.OpenAsync(installed, CancellationToken.None))).Failure);
        File.Delete(Path.Combine(Path.GetDirectoryName(installed.Path)!, "wintun.dll"));
        Assert.Contains("wintun.dll is missing", (await Assert.ThrowsAsync<GostBtException>(() => GostStore.OpenAsync(installed, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amd64", null, "amd64")]
    [InlineData("arm64", null, "amd64 arm64")]
    [InlineData("386", null, "amd64 386")]
    [InlineData("arm64", "archive", "amd64 arm64")]
    [InlineData("arm64", "library", "arm64")]
    [InlineData("arm64", "missing", "arm64")]
    public void The_bundled_engine_is_for_x64_whatever_gost_and_PowerShell_are_for(string processor, string? given, string expected)
    {
        File.WriteAllBytes(_folder["archive"], Archive);
        File.WriteAllBytes(_folder["library"], Arm64);
        var platform = new GostPlatform("windows", processor);

        var processors = GostInstaller.Processors(new GostInstallRequest { Platform = platform, Wintun = given is null ? null : _folder[given] }, platform);

        Assert.Equal(expected, string.Join(' ', processors));
    }

    private static HttpDownload NoDownload() => throw new InvalidOperationException("nothing is to be fetched");

    private WintunInstaller Installer() => new(
        _store,
        Substitute.For<IOperationLog>(),
        () => new HttpDownload(new Served(_served)),
        Archives.Hash(Archive),
        processor => processor switch { "amd64" => Archives.Hash(Amd64), "arm64" => Archives.Hash(Arm64), _ => null });

    private string Given(byte[] content, string name = "given")
    {
        File.WriteAllBytes(_folder[name], content);
        return _folder[name];
    }

    private sealed class Served(byte[]? content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(KnownWintun.Address, request.RequestUri);
            return Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(content ?? throw new HttpRequestException("no route to host")) });
        }
    }
}
