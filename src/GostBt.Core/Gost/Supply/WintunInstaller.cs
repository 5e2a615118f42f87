using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Gost.Supply;

/// <summary>Puts wintun.dll into the store: from wintun.net or from a file here, its bytes compared with the hashes GostBt carries before it stands where programs find it.</summary>
internal sealed class WintunInstaller
{
    private readonly GostStore _store;
    private readonly IOperationLog _log;
    private readonly Func<HttpDownload> _download;
    private readonly string _archiveHash;
    private readonly Func<string, string?> _hashOf;

    /// <param name="store">Where it goes.</param>
    /// <param name="log">Told how it gets on.</param>
    /// <param name="download">Fetches.</param>
    /// <param name="archiveHash">SHA-256 of the archive.</param>
    /// <param name="hashOf">SHA-256 of the DLL for a processor.</param>
    public WintunInstaller(GostStore store, IOperationLog log, Func<HttpDownload> download, string archiveHash = KnownWintun.Archive, Func<string, string?>? hashOf = null)
    {
        _store = store;
        _log = log;
        _download = download;
        _archiveHash = archiveHash;
        _hashOf = hashOf ?? KnownWintun.HashOf;
    }

    /// <summary>What would be done, as a person reads it; empty when it is there.</summary>
    public IReadOnlyList<string> Steps(string processor, string? file, bool force) => File.Exists(PathOf(processor)) && !force
        ? []
        : [file is null ? $"download {KnownWintun.Address}" : $"take {file}", "compare it with the checksum GostBt knows", $"place {KnownWintun.FileName} {KnownWintun.Version} for {processor} in the store"];

    /// <summary>The DLL in the store, put there if need be.</summary>
    /// <param name="processor">As gost names it.</param>
    /// <param name="file">The archive, or the DLL, instead of a download.</param>
    /// <param name="force">Whether one that is there is replaced.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ChecksumMismatch"/>, <see cref="GostBtFailure.DownloadFailed"/>, <see cref="GostBtFailure.InvalidInput"/>; nothing was placed.</exception>
    public async Task<string> EnsureAsync(string processor, string? file, bool force, CancellationToken cancellationToken)
    {
        var demanded = _hashOf(processor) ?? throw new GostBtException(
            GostBtFailure.UnsupportedSystem, $"Wintun {KnownWintun.Version} is not made for {processor}.", "Run the tunnel on a PC with an x64, arm64 or x86 processor.");
        var path = PathOf(processor);
        if (File.Exists(path) && !force)
        {
            await RequireAsync(path, demanded, "If that was not you, find out who it was. 'Install-GostBtEngine -Force' installs it anew.", cancellationToken).ConfigureAwait(false);
            return path;
        }

        var staging = _store.CreateStaging();
        try
        {
            var staged = Path.Combine(staging, KnownWintun.FileName);
            if (file is null)
            {
                await FetchAsync(processor, staged, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await TakeAsync(processor, file, staged, cancellationToken).ConfigureAwait(false);
            }

            await RequireAsync(staged, demanded, OtherProcessor(await FileHash.OfAsync(staged, cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
            GostStore.Replace(Path.GetDirectoryName(path)!, staging);
            return path;
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

    private async Task FetchAsync(string processor, string target, CancellationToken cancellationToken)
    {
        PrivateFile.CreateFolder(_store.Downloads);
        var archive = Path.Combine(_store.Downloads, Path.GetFileName(KnownWintun.Address.AbsolutePath));
        using (var download = _download())
        {
            await download.FileAsync(
                KnownWintun.Address,
                archive,
                ProgramArchive.MaxArchive,
                at => _log.Progress("Installing Wintun " + KnownWintun.Version, FormattableString.Invariant($"Downloading, {at.Received / 1e6:0.0} MB"), at.Percent),
                cancellationToken).ConfigureAwait(false);
        }

        File.Delete(archive + ".resume");
        try
        {
            await RequireAsync(archive, _archiveHash, "Try again later, or give the file with -WintunPath.", cancellationToken).ConfigureAwait(false);
            await ProgramArchive.ExtractAsync(archive, KnownWintun.EntryOf(processor), target, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    private async Task TakeAsync(string processor, string file, string target, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"There is no file {file}.", $"Give the path of wintun-{KnownWintun.Version}.zip, or of the {KnownWintun.FileName} in it.");
        }

        // A copy is what is checked and then used: nobody swaps the file in between.
        var given = target + ".given";
        File.Copy(file, given);
        if (!ProgramArchive.Is(given))
        {
            File.Move(given, target);
            return;
        }

        await RequireAsync(given, _archiveHash, $"Fetch it again from {KnownWintun.Address}.", cancellationToken).ConfigureAwait(false);
        await ProgramArchive.ExtractAsync(given, KnownWintun.EntryOf(processor), target, cancellationToken).ConfigureAwait(false);
        File.Delete(given);
    }

    private string OtherProcessor(string hash) => new[] { "amd64", "arm64", "386" }.FirstOrDefault(processor => _hashOf(processor) == hash) is { } its
        ? $"It is the one for {its}: take the one for this PC's processor."
        : $"Fetch it again from {KnownWintun.Address}.";

    private static async Task RequireAsync(string path, string demanded, string remedy, CancellationToken cancellationToken)
    {
        var hash = await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false);
        if (hash != demanded)
        {
            throw new GostBtException(GostBtFailure.ChecksumMismatch, $"{Path.GetFileName(path)} has the SHA-256 {hash}, not {demanded}. It was not used.", remedy);
        }
    }

    private string PathOf(string processor) => Path.Combine(KnownWintun.FolderOf(_store.Root, processor), KnownWintun.FileName);
}
