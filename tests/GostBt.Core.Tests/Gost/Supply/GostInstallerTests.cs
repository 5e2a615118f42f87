using System.Diagnostics;
using GostBt.Core.Tests.Tunnel;
using GostBt.Gost.Supply;
using GostBt.Model;
using NSubstitute;

namespace GostBt.Core.Tests.Gost.Supply;

/// <summary>gost from a server with the release's layout into the store.</summary>
public sealed class GostInstallerTests : IDisposable
{
    private const string Asset = "gost_3.2.5_linux_amd64.tar.gz";
    private static readonly GostPlatform Platform = new("linux", "amd64");

    private readonly TemporaryFolder _folder = new();
    private readonly ReleaseServer _gitHub = new();
    private readonly ReleaseServer _mirror = new();
    private readonly IOperationLog _log = Substitute.For<IOperationLog>();
    private readonly GostStore _store;
    private readonly byte[] _archive = Archives.TarGz(Archives.Program());
    private Uri? _gitHubAddress;
    private KnownGost? _known;
    private TimeSpan _patience = TimeSpan.FromSeconds(30);

    public GostInstallerTests()
    {
        _store = new GostStore(_folder["engines"]);
        _gitHubAddress = _gitHub.Address;
        foreach (var server in new[] { _gitHub, _mirror })
        {
            server.Files[Asset] = _archive;
            server.Files["gost_3.2.5_linux_arm64.tar.gz"] = _archive;
            server.Files["checksums.txt"] = System.Text.Encoding.ASCII.GetBytes(
                $"{Archives.Hash(_archive)}  {Asset}\n{Archives.Hash(_archive)}  gost_3.2.5_linux_arm64.tar.gz\n{new string('0', 64)}  gost_3.2.5_windows_amd64.zip\n");
        }
    }

    public void Dispose()
    {
        _gitHub.Dispose();
        _mirror.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_release_is_fetched_checked_and_placed()
    {
        var installed = await InstallAsync(Request());

        Assert.Equal("3.2.5", installed.Version.Text);
        Assert.True(installed.Verified);
        Assert.Equal(Archives.Hash(_archive), installed.ArchiveHash);
        Assert.Equal($"https://github.com/go-gost/gost/releases/download/v3.2.5/{Asset}", installed.Source);
        Assert.Equal(Archives.Program(), await File.ReadAllBytesAsync(installed.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(installed.Path));
        Assert.Equal(installed, Assert.Single(_store.List()));
        Assert.Equal(installed.Path, await GostStore.OpenAsync(installed, CancellationToken.None));
        NothingIsLeft();
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again_unless_forced()
    {
        var first = await InstallAsync(Request());
        var requests = _gitHub.Requests.Count;

        var plan = Installer().Plan(Request());
        Assert.False(plan.HasChanges);
        Assert.Equal(first, await Installer().InstallAsync(plan, CancellationToken.None));
        Assert.Equal(requests, _gitHub.Requests.Count);

        await InstallAsync(Request() with { Force = true });
        Assert.True(_gitHub.Requests.Count > requests);
        Assert.Single(_store.List());
        NothingIsLeft();
    }

    [Fact]
    public async Task Versions_and_platforms_stand_side_by_side_newest_first()
    {
        var newer = Archives.TarGz(Archives.Program("3.3.0"));
        _gitHub.Files["gost_3.3.0_linux_amd64.tar.gz"] = newer;
        await InstallAsync(Request());
        await InstallAsync(Request() with { Platform = new GostPlatform("linux", "arm64") });

        await InstallAsync(Request() with { Version = GostVersion.Parse("3.3.0"), Checksum = Archives.Hash(newer) });

        Assert.Equal(["3.3.0", "3.2.5", "3.2.5"], _store.List().Select(gost => gost.Version.Text));
    }

    [Fact]
    public async Task A_plan_says_what_would_be_done_and_touches_nothing()
    {
        var text = Installer().Plan(Request() with { Mirror = new Uri("https://ghproxy.example/") }).ToString();

        Assert.Contains($"download https://ghproxy.example/https://github.com/go-gost/gost/releases/download/v3.2.5/{Asset}", text, StringComparison.Ordinal);
        Assert.Contains("checksums.txt", text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["engines"]));
        Assert.Empty(_gitHub.Requests);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_cut_download_goes_on_where_it_stopped()
    {
        foreach (var cut in new[] { 50_000, 1, 100_000 })
        {
            _gitHub.Cuts.Enqueue(cut);
        }

        var installed = await InstallAsync(Request());

        Assert.Equal(Archives.Hash(_archive), installed.ArchiveHash);
        Assert.Equal([null, "bytes=50000-", "bytes=50001-", "bytes=150001-"], Ranges());
    }

    [Fact]
    public async Task A_later_run_goes_on_where_an_earlier_one_stopped()
    {
        _gitHub.Cuts.Enqueue(60_000);
        _gitHub.Cuts.Enqueue(0);
        Assert.Equal(GostBtFailure.DownloadFailed, await FailureAsync(Request()));
        Assert.Empty(_store.List());

        await InstallAsync(Request());

        Assert.Equal([null, "bytes=60000-", "bytes=60000-"], Ranges());
        NothingIsLeft();
    }

    [Fact]
    public async Task A_beginning_of_other_bytes_is_dropped()
    {
        _gitHub.Cuts.Enqueue(60_000);
        _gitHub.Cuts.Enqueue(0);
        Assert.Equal(GostBtFailure.DownloadFailed, await FailureAsync(Request()));
        var other = Archives.TarGz(Archives.Program(padding: 210_000));
        _gitHub.Files[Asset] = other;

        var installed = await InstallAsync(Request() with { Checksum = Archives.Hash(other) });

        Assert.Equal(Archives.Hash(other), installed.ArchiveHash);
    }

    [Fact]
    public async Task A_server_without_ranges_serves_too()
    {
        _gitHub.IgnoresRanges = true;
        _gitHub.Cuts.Enqueue(60_000);

        Assert.True((await InstallAsync(Request())).Verified);
    }

    [Fact]
    public async Task Redirects_are_followed()
    {
        _gitHub.Redirects = true;

        Assert.True((await InstallAsync(Request())).Verified);
    }

    [Fact]
    public async Task Other_bytes_than_the_release_s_are_refused_and_forgotten()
    {
        _gitHub.Files[Asset] = Archives.TarGz(Archives.Program("3.2.5-evil"));

        var error = await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(Request()));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
        Assert.Contains(Archives.Hash(_archive), error.Message, StringComparison.Ordinal);
        Assert.Empty(_store.List());
        NothingIsLeft();
    }

    [Fact]
    public async Task A_mirror_is_asked_for_the_archive_and_never_for_its_checksum()
    {
        var installed = await InstallAsync(Request() with { Mirror = _mirror.Address });

        Assert.Equal($"{_mirror.Address}https://github.com/go-gost/gost/releases/download/v3.2.5/{Asset}", installed.Source);
        Assert.Equal([Asset], _mirror.Requests.Select(request => Path.GetFileName(request.Target)));
        Assert.Equal(["checksums.txt"], _gitHub.Requests.Select(request => Path.GetFileName(request.Target)));
    }

    [Fact]
    public async Task A_mirror_that_serves_other_bytes_with_a_matching_checksum_is_refused()
    {
        var evil = Archives.TarGz(Archives.Program("3.2.5-evil"));
        _mirror.Files[Asset] = evil;
        _mirror.Files["checksums.txt"] = System.Text.Encoding.ASCII.GetBytes($"{Archives.Hash(evil)}  {Asset}\n");

        Assert.Equal(GostBtFailure.ChecksumMismatch, await FailureAsync(Request() with { Mirror = _mirror.Address }));
        _gitHubAddress = null;
        Assert.Equal(GostBtFailure.DownloadFailed, await FailureAsync(Request() with { Mirror = _mirror.Address }));
        Assert.Empty(_store.List());
    }

    [Fact]
    public async Task Without_GitHub_a_known_or_given_checksum_will_do()
    {
        _gitHubAddress = null;

        await InstallAsync(Request() with { Mirror = _mirror.Address, Checksum = Archives.Hash(_archive).ToUpperInvariant() });
        _known = new KnownGost(Archives.Hash(_archive), Archives.Hash(Archives.Program()));
        await InstallAsync(Request() with { Mirror = _mirror.Address, Force = true });

        _known = new KnownGost(new string('1', 64), new string('2', 64));
        Assert.Equal(GostBtFailure.ChecksumMismatch, await FailureAsync(Request() with { Mirror = _mirror.Address, Force = true }));
        Assert.Single(_store.List());
    }

    [Theory]
    [InlineData("404 Not Found", "no such|404|has no")]
    [InlineData("403 Forbidden", "limits how often.*120 s")]
    [InlineData("429 Too Many Requests", "limits how often.*120 s")]
    [InlineData("503 Service Unavailable", "answered 503")]
    public async Task What_the_server_refuses_is_told(string status, string expected)
    {
        _gitHub.Status = status;

        var error = await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(Request()));

        Assert.Equal(GostBtFailure.DownloadFailed, error.Failure);
        Assert.Matches(expected, error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public async Task A_version_that_was_never_released_is_told()
    {
        _gitHub.Files.Remove("checksums.txt");

        var error = await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(Request() with { Version = GostVersion.Parse("3.99.0") }));

        Assert.Contains("v3.99.0", error.Message, StringComparison.Ordinal);
        Assert.Contains("Check the version", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_was_not_released_is_told()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(Request() with { Platform = new GostPlatform("linux", "386") }));

        Assert.Contains("not released for linux-386", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_network_is_told_with_the_other_ways()
    {
        _gitHubAddress = null;

        var error = await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(Request()));

        Assert.Contains("github.com cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Mirror", error.Remedy, StringComparison.Ordinal);
        Assert.Contains("-Path", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_server_is_left_at_once_when_cancelled()
    {
        _gitHub.Stalls = true;
        using var cancel = new CancellationTokenSource();
        var running = InstallAsync(Request() with { Checksum = Archives.Hash(_archive) }, cancel.Token);
        while (_gitHub.Requests.IsEmpty)
        {
            await Task.Delay(10);
        }

        var watch = Stopwatch.StartNew();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
        Assert.Empty(_store.List());
    }

    [Fact]
    public async Task A_silent_server_is_an_error()
    {
        _gitHub.Stalls = true;
        _patience = TimeSpan.FromMilliseconds(300);

        var error = await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(Request()));

        Assert.Equal(GostBtFailure.DownloadFailed, error.Failure);
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_bytes_than_any_release_has_are_refused_before_they_are_fetched()
    {
        using var server = new ReleaseServer();
        server.Files[Asset] = new byte[(int)ProgramArchive.MaxArchive + 1];
        _gitHubAddress = server.Address;

        var error = await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(Request() with { Checksum = new string('a', 64) }));

        Assert.Contains("longer than 64 MB", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_full_disk_is_told()
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full");
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var written = await Assert.ThrowsAnyAsync<IOException>(async () => await full.WriteAsync(new byte[1]));

        Assert.Contains("disk is full", DownloadErrors.NotWritten(written).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_archive_is_taken_at_the_user_s_word_or_checked()
    {
        var file = _folder["by-hand.tgz"];
        await File.WriteAllBytesAsync(file, _archive);

        var unchecked_ = await InstallAsync(new GostInstallRequest { Platform = GostPlatform.Local, File = file });
        Assert.False(unchecked_.Verified);
        Assert.Equal(GostVersion.Parse("3.2.5"), unchecked_.Version);

        var verified = await InstallAsync(new GostInstallRequest { Platform = GostPlatform.Local, File = file, Checksum = Archives.Hash(_archive), Force = true });
        Assert.True(verified.Verified);
        Assert.Equal(file, verified.Source);

        Assert.Equal(GostBtFailure.ChecksumMismatch, await FailureAsync(new GostInstallRequest { Platform = GostPlatform.Local, File = file, Checksum = new string('a', 64) }));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_given_program_never_runs_when_its_checksum_is_another()
    {
        var file = _folder["gost"];
        await File.WriteAllTextAsync(file, $"#!/bin/sh\ntouch '{_folder["ran"]}'\necho gost v3.2.5\n");

        Assert.Equal(GostBtFailure.ChecksumMismatch, await FailureAsync(new GostInstallRequest { Platform = GostPlatform.Local, File = file, Checksum = new string('a', 64) }));
        Assert.False(File.Exists(_folder["ran"]));

        await InstallAsync(new GostInstallRequest { Platform = GostPlatform.Local, File = file });
        Assert.True(File.Exists(_folder["ran"]));
    }

    [Fact]
    public async Task A_file_that_is_no_gost_is_refused()
    {
        var file = _folder["gost"];
        foreach (var content in new[] { "#!/bin/sh\necho frp 0.50\n", "#!/bin/sh\nexit 3\n", "rubbish" })
        {
            await File.WriteAllTextAsync(file, content);

            Assert.Equal(GostBtFailure.InvalidInput, await FailureAsync(new GostInstallRequest { Platform = GostPlatform.Local, File = file }));
        }

        Assert.Equal(GostBtFailure.InvalidInput, await FailureAsync(new GostInstallRequest { Platform = GostPlatform.Local, File = _folder["missing"] }));
        NothingIsLeft();
    }

    [Fact]
    public async Task A_program_changed_in_the_store_is_not_handed_out()
    {
        var installed = await InstallAsync(Request());
        await File.AppendAllTextAsync(installed.Path, "\n# more");

        var error = await Assert.ThrowsAsync<GostBtException>(() => LocalEngines.FindGostAsync(_store, CancellationToken.None));

        Assert.Equal(GostBtFailure.ChecksumMismatch, error.Failure);
        Assert.Contains("-Force", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_engine_is_no_engine()
    {
        var installed = await InstallAsync(Request());
        Directory.CreateDirectory(_folder["engines/gost-9.9.9-linux-amd64"]);
        File.Copy(Path.Combine(Path.GetDirectoryName(installed.Path)!, "engine.yaml"), _folder["engines/gost-9.9.9-linux-amd64/engine.yaml"]);
        Directory.CreateDirectory(_folder["engines/gost-3.2.4-linux-amd64"]);
        await File.WriteAllTextAsync(_folder["engines/gost-3.2.4-linux-amd64/engine.yaml"], "nonsense: [");

        Assert.Equal(installed, Assert.Single(_store.List()));
    }

    [Fact]
    public async Task One_that_cannot_be_replaced_stays_and_what_was_left_behind_goes_with_the_next_that_is()
    {
        var installed = await InstallAsync(Request());
        Directory.CreateDirectory(_folder["engines/gost-3.2.5-linux-amd64.old-12345678"]);

        // No folder can be moved into itself.
        Assert.Equal(GostBtFailure.Busy, Assert.Throws<GostBtException>(() => _store.Place(_store.Root, installed)).Failure);

        Assert.Equal(installed, _store.Find(installed.Version, installed.Platform));
        Assert.Equal(installed.Path, await GostStore.OpenAsync(installed, CancellationToken.None));
        await InstallAsync(Request() with { Force = true });
        NothingIsLeft();
    }

    private static GostInstallRequest Request() => new() { Version = GostVersion.Parse("3.2.5"), Platform = Platform };

    private GostInstaller Installer() => new(
        _store,
        _log,
        () => new HttpDownload(new GitHubStandIn(_gitHubAddress)) { Pause = TimeSpan.FromMilliseconds(10), Patience = _patience },
        archive => archive == Asset ? _known : null);

    private Task<InstalledGost> InstallAsync(GostInstallRequest request, CancellationToken cancellationToken = default)
    {
        var installer = Installer();
        return installer.InstallAsync(installer.Plan(request), cancellationToken);
    }

    private async Task<GostBtFailure> FailureAsync(GostInstallRequest request) => (await Assert.ThrowsAsync<GostBtException>(() => InstallAsync(request))).Failure;

    private IEnumerable<string?> Ranges() => _gitHub.Requests.Where(request => request.Target.EndsWith(Asset, StringComparison.Ordinal)).Select(request => request.Range);

    private void NothingIsLeft()
    {
        var entries = Directory.Exists(_folder["engines"]) ? Directory.GetFileSystemEntries(_folder["engines"], "*", SearchOption.AllDirectories) : [];
        Assert.DoesNotContain(entries, entry => entry.Contains(".new-", StringComparison.Ordinal) || entry.Contains(".old-", StringComparison.Ordinal)
            || entry.EndsWith(".gz", StringComparison.Ordinal) || entry.EndsWith(".resume", StringComparison.Ordinal));
    }
}
