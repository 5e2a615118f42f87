using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Gost.Supply;

/// <summary>Puts a gost into the store: fetched or given, its bytes compared with the checksum before anything of it runs, placed whole.</summary>
public sealed class GostInstaller
{
    private static readonly TimeSpan VersionDeadline = TimeSpan.FromSeconds(20);

    private readonly GostStore _store;
    private readonly IOperationLog _log;
    private readonly Func<HttpDownload> _download;
    private readonly Func<string, KnownGost?> _known;
    private readonly WintunInstaller _wintun;

    /// <param name="store">Where it goes.</param>
    /// <param name="log">Told how it gets on.</param>
    public GostInstaller(GostStore store, IOperationLog log)
        : this(store, log, () => new HttpDownload(), KnownGost.Of)
    {
    }

    internal GostInstaller(GostStore store, IOperationLog log, Func<HttpDownload> download, Func<string, KnownGost?> known, WintunInstaller? wintun = null)
    {
        _store = store;
        _log = log;
        _download = download;
        _known = known;
        _wintun = wintun ?? new WintunInstaller(store, log, download);
    }

    /// <summary>What would be done; reads the store, nothing else.</summary>
    public GostInstallPlan Plan(GostInstallRequest request)
    {
        if (request.File is null)
        {
            request = request with { Version = request.Version ?? GostVersion.Default };
        }

        var there = request.Force || request.Version is null ? null : _store.Find(request.Version, request.Platform);
        return new GostInstallPlan
        {
            Request = request,
            Installed = there,
            Steps =
            [
                .. Processors(request, GostPlatform.Local).SelectMany(processor => _wintun.Steps(processor, request.Wintun, request.Force)),
                .. there is null ? Steps(request) : [],
            ],
        };
    }

    /// <summary>Does what the plan says.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.DownloadFailed"/>, <see cref="GostBtFailure.ChecksumMismatch"/>, <see cref="GostBtFailure.InvalidInput"/>; the store is as it was.</exception>
    public async Task<InstalledGost> InstallAsync(GostInstallPlan plan, CancellationToken cancellationToken)
    {
        // First, because the bundled engine needs it, too, whatever becomes of gost.
        string? wintun = null;
        foreach (var processor in Processors(plan.Request, GostPlatform.Local))
        {
            wintun = await _wintun.EnsureAsync(processor, plan.Request.Wintun, plan.Request.Force, cancellationToken).ConfigureAwait(false);
        }

        if (plan.Installed is { } there)
        {
            PutBeside(wintun, Path.GetDirectoryName(there.Path)!);
            await GostStore.OpenAsync(there, cancellationToken).ConfigureAwait(false);
            return there;
        }

        var staging = _store.CreateStaging();
        try
        {
            var staged = plan.Request.File is { } file
                ? await StageFileAsync(plan.Request, file, staging, cancellationToken).ConfigureAwait(false)
                : await StageReleaseAsync(plan.Request, staging, cancellationToken).ConfigureAwait(false);
            PutBeside(wintun, staging);
            return _store.Place(staging, staged);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new GostBtException(GostBtFailure.NotPrivileged, e.Message, "Check the permissions of that file or folder.", e);
        }
        catch (IOException e)
        {
            throw DownloadErrors.NotWritten(e);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    /// <summary>The SHA-256 an archive must have: given, known, or published by GitHub itself. A mirror is never asked what its own bytes should be.</summary>
    public async Task<string> ArchiveHashAsync(GostInstallRequest request, CancellationToken cancellationToken)
    {
        var release = new GostRelease(request.Version ?? GostVersion.Default);
        var archive = release.Archive(request.Platform);
        if ((request.Checksum ?? _known(archive)?.Archive) is { } demanded)
        {
            return demanded;
        }

        using var download = _download();
        try
        {
            var checksums = GostChecksums.Parse(
                await download.TextAsync(release.Address(GostRelease.Checksums, mirror: null), GostChecksums.MaxLength, cancellationToken).ConfigureAwait(false));
            return checksums.Of(archive) ?? throw new GostBtException(
                GostBtFailure.DownloadFailed, $"gost {release.Version} was not released for {request.Platform}.", $"See {release.Page} for what was.");
        }
        catch (GostBtException e) when (request.Mirror is not null && e.Failure == GostBtFailure.DownloadFailed)
        {
            throw new GostBtException(
                GostBtFailure.DownloadFailed,
                $"The checksum of gost {release.Version} has to come from GitHub itself, not from the mirror: {e.Message}",
                $"Give it with -Checksum, as {release.Page} shows it, or install {GostVersion.Default}, whose checksum GostBt knows.",
                e);
        }
    }

    /// <summary>The program in a file that was given for another computer: compared with the checksum if there is one, not run.</summary>
    internal async Task<byte[]> UnpackGivenAsync(GostInstallRequest request, CancellationToken cancellationToken)
    {
        var staging = _store.CreateStaging();
        try
        {
            var (program, _, _) = await TakeAsync(request, request.File!, staging, cancellationToken).ConfigureAwait(false);
            return File.ReadAllBytes(program);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Whose wintun.dll it takes: the bundled engine's, and last gost's own processor's. A DLL given is of one, the archive has all.</summary>
    internal static IEnumerable<string> Processors(GostInstallRequest request, GostPlatform local) =>
        request.Platform.System != "windows" ? []
        : request.Platform == local && HasAll(request.Wintun) ? new[] { KnownWintun.EngineProcessor, request.Platform.Processor }.Distinct()
        : [request.Platform.Processor];

    private static bool HasAll(string? wintun) => wintun is null || (File.Exists(wintun) && ProgramArchive.Is(wintun));

    // gost.exe looks for it there, and nowhere else that only this user can write.
    private static void PutBeside(string? wintun, string folder)
    {
        var beside = Path.Combine(folder, KnownWintun.FileName);
        if (wintun is not null && !File.Exists(beside))
        {
            File.Copy(wintun, beside);
        }
    }

    private List<string> Steps(GostInstallRequest request)
    {
        if (request.File is { } file)
        {
            return [$"take {file}", request.Checksum is null ? "take your word that it is gost: no checksum was given" : "compare it with the checksum given", "run it for its version", "place it in the store"];
        }

        var release = new GostRelease(request.Version!);
        var archive = release.Archive(request.Platform);
        var checksum = request.Checksum is not null ? "the checksum given" : _known(archive) is not null ? "the checksum GostBt knows" : $"the release's {GostRelease.Checksums}";
        return [$"download {release.Address(archive, request.Mirror)}", $"compare it with {checksum}", "place it in the store"];
    }

    private async Task<InstalledGost> StageReleaseAsync(GostInstallRequest request, string staging, CancellationToken cancellationToken)
    {
        var release = new GostRelease(request.Version!);
        var archive = release.Archive(request.Platform);
        var activity = "Installing gost " + release.Version;
        _log.Progress(activity, "Looking up the checksum");
        var demanded = await ArchiveHashAsync(request, cancellationToken).ConfigureAwait(false);
        var address = release.Address(archive, request.Mirror);
        _log.Verbose($"Downloading {address}; SHA-256 {demanded} is demanded.");
        PrivateFile.CreateFolder(_store.Downloads);
        var file = Path.Combine(_store.Downloads, archive);
        using (var download = _download())
        {
            await download.FileAsync(
                address,
                file,
                ProgramArchive.MaxArchive,
                at => _log.Progress(activity, FormattableString.Invariant($"Downloading, {at.Received / 1e6:0.0} MB"), at.Percent),
                cancellationToken).ConfigureAwait(false);
        }

        var hash = await FileHash.OfAsync(file, cancellationToken).ConfigureAwait(false);
        File.Delete(file + ".resume");
        try
        {
            RequireHash(hash, demanded, $"What {address.Host} served as {archive}", request.Mirror is null ? "Try again later." : "Do not use this mirror.");
            var program = Path.Combine(staging, request.Platform.Program);
            await ProgramArchive.ExtractAsync(file, request.Platform.Program, program, cancellationToken).ConfigureAwait(false);
            return await DescribeAsync(program, request, address.AbsoluteUri, hash, verified: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<InstalledGost> StageFileAsync(GostInstallRequest request, string file, string staging, CancellationToken cancellationToken)
    {
        var (program, hash, archive) = await TakeAsync(request, file, staging, cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(program, request, file, archive ? hash : null, request.Checksum is not null || KnownGost.Has(hash), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies a given file and takes the program out of it: where it is, the given file's hash, and whether that was an archive.</summary>
    private static async Task<(string Program, string Hash, bool Archive)> TakeAsync(GostInstallRequest request, string file, string staging, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"There is no file {file}.", "Give the path of gost's archive, or of the program in it.");
        }

        // A copy is what is checked and then used: nobody swaps the file in between.
        var given = Path.Combine(staging, "given");
        using (var from = File.OpenRead(file))
        using (var to = new FileStream(given, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            await from.CopyToAsync(to, 256 * 1024, cancellationToken).ConfigureAwait(false);
            to.Flush(flushToDisk: true);
        }

        var hash = await FileHash.OfAsync(given, cancellationToken).ConfigureAwait(false);
        if (request.Checksum is { } demanded)
        {
            RequireHash(hash, demanded, file, "Fetch it again.");
        }

        var program = Path.Combine(staging, request.Platform.Program);
        var archive = ProgramArchive.Is(given);
        if (archive)
        {
            await ProgramArchive.ExtractAsync(given, request.Platform.Program, program, cancellationToken).ConfigureAwait(false);
            File.Delete(given);
        }
        else
        {
            File.Move(given, program);
        }

        return (program, hash, archive);
    }

    private static async Task<InstalledGost> DescribeAsync(
        string program, GostInstallRequest request, string source, string? archiveHash, bool verified, CancellationToken cancellationToken)
    {
        PrivateFile.MakeExecutable(program);
        var says = request.Platform == GostPlatform.Local ? await GostProgram.VersionAsync(program, VersionDeadline, cancellationToken).ConfigureAwait(false) : null;
        return new InstalledGost
        {
            Version = request.Version ?? says ?? throw new GostBtException(GostBtFailure.InvalidInput, $"Nobody says which version {source} is.", "Say it with -Version."),
            Platform = request.Platform,
            Path = program,
            Hash = await FileHash.OfAsync(program, cancellationToken).ConfigureAwait(false),
            ArchiveHash = archiveHash,
            Source = source,
            Verified = verified,
        };
    }

    private static void RequireHash(string hash, string demanded, string what, string remedy)
    {
        if (hash != demanded)
        {
            throw new GostBtException(GostBtFailure.ChecksumMismatch, $"{what} has the SHA-256 {hash}, not {demanded}. It was not used.", remedy);
        }
    }
}
