using GostBt.Model;
using GostBt.Profiles;
using GostBt.Yaml;

namespace GostBt.Gost.Supply;

/// <summary>
/// The gosts of this user, side by side: a folder each, named after version and platform, that appears whole or not at all. A program whose bytes
/// are no longer those that were placed is not handed out.
/// </summary>
public sealed class GostStore
{
    private const string NoteFile = "engine.yaml";
    private const string Old = ".old-";

    private readonly string _root;

    /// <param name="root">The store's folder; need not be there.</param>
    public GostStore(string root) => _root = root;

    /// <summary>The store's folder.</summary>
    internal string Root => _root;

    /// <summary>Where downloads wait until they are whole.</summary>
    internal string Downloads => Path.Combine(_root, ".downloads");

    /// <summary>What is there, newest first; what cannot be read is left out.</summary>
    public IReadOnlyList<InstalledGost> List() => Directory.Exists(_root)
        ? [.. Directory.GetDirectories(_root).Select(Read).Where(gost => gost is not null).Select(gost => gost!).OrderByDescending(gost => gost.Version, GostVersion.ByAge)]
        : [];

    /// <summary>One of them, or null.</summary>
    public InstalledGost? Find(GostVersion version, GostPlatform platform) => Read(FolderOf(version, platform));

    /// <summary>The program, its bytes checked.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ChecksumMismatch"/>: somebody changed it.</exception>
    public static async Task<string> OpenAsync(InstalledGost gost, CancellationToken cancellationToken)
    {
        await RequireAsync(gost.Path, gost.Hash, gost, cancellationToken).ConfigureAwait(false);

        // gost.exe loads what lies beside it.
        if (gost.Platform.System == "windows" && KnownWintun.HashOf(gost.Platform.Processor) is { } wintun)
        {
            await RequireAsync(Path.Combine(Path.GetDirectoryName(gost.Path)!, KnownWintun.FileName), wintun, gost, cancellationToken).ConfigureAwait(false);
        }

        return gost.Path;
    }

    /// <summary>A new folder in the store, for a program and its note, that only this user can read.</summary>
    internal string CreateStaging()
    {
        PrivateFile.CreateFolder(_root);
        var staging = Path.Combine(_root, ".new-" + Guid.NewGuid().ToString("N").Substring(0, 8));
        PrivateFile.CreateFolder(staging);
        return staging;
    }

    /// <summary>Moves a staged program into its place, atomically; one that is there goes.</summary>
    /// <param name="staging">The folder, with the program in it.</param>
    /// <param name="gost">What it is; <see cref="InstalledGost.Path"/> is not looked at.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Busy"/>: the one that is there runs, on a system that does not replace running programs.</exception>
    internal InstalledGost Place(string staging, InstalledGost gost)
    {
        PrivateFile.WriteAllText(Path.Combine(staging, NoteFile), gost.ToYaml());
        Replace(FolderOf(gost.Version, gost.Platform), staging);
        return Find(gost.Version, gost.Platform)!;
    }

    /// <summary>Moves a staged folder to where another may stand, which goes; where that fails, it stands there as before.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Busy"/>: the one that is there is in use, and the system replaces no such files.</exception>
    internal static void Replace(string folder, string staging)
    {
        var old = folder + Old + Guid.NewGuid().ToString("N").Substring(0, 8);
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Move(folder, old);
            }

            Directory.Move(staging, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(old) && !Directory.Exists(folder))
            {
                Directory.Move(old, folder);
            }

            throw new GostBtException(
                GostBtFailure.Busy, $"{folder} cannot be replaced: {e.Message}", "Stop the tunnels that use it (Stop-GostBtTunnel) and try again.", e);
        }

        Sweep(folder);
    }

    // The new one stands: what it replaced, now or before, is of no use, and what of it cannot go yet goes the next time.
    private static void Sweep(string folder)
    {
        foreach (var old in Directory.GetDirectories(Path.GetDirectoryName(folder)!, Path.GetFileName(folder) + Old + "*"))
        {
            try
            {
                Directory.Delete(old, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // As said above.
            }
        }
    }

    private static async Task RequireAsync(string path, string demanded, InstalledGost gost, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new GostBtException(GostBtFailure.EngineFailed, $"{path} is missing.", $"'Install-GostBtEngine -Version {gost.Version} -Force' installs it anew.");
        }

        if (await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false) != demanded)
        {
            throw new GostBtException(
                GostBtFailure.ChecksumMismatch,
                $"{path} is not the program that was installed there.",
                $"If that was not you, find out who it was. 'Install-GostBtEngine -Version {gost.Version} -Force' installs it anew.");
        }
    }

    private InstalledGost? Read(string folder)
    {
        var note = Path.Combine(folder, NoteFile);
        try
        {
            return File.Exists(note) && InstalledGost.Parse(File.ReadAllText(note), note, platform => Path.Combine(folder, platform.Program)) is { } gost && File.Exists(gost.Path)
                && folder == FolderOf(gost.Version, gost.Platform)
                ? gost
                : null;
        }
        catch (Exception e) when (e is YamlFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string FolderOf(GostVersion version, GostPlatform platform) => Path.Combine(_root, $"gost-{version}-{platform}");
}
