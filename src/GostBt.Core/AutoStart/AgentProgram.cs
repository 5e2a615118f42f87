using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.AutoStart;

/// <summary>
/// The copy of gostbt that an agent of the system runs, with what it runs besides. The module's own goes with the module's version, and lies where its user may
/// write, from where nothing may be run with more rights than his. Each profile has a copy, in a folder named after its content: a new one does not disturb the
/// agent that runs the old.
/// </summary>
/// <param name="root">The folder of all copies, where only root or an administrator may write.</param>
internal sealed class AgentProgram(string root)
{
    private const int HashLength = 12;

    /// <summary>Where a profile's copy goes.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="files">All of it.</param>
    public string FolderOf(ProfileName name, IReadOnlyList<AgentFile> files) =>
        Path.Combine(root, name.Value, AgentFile.HashOf(files).Substring(0, HashLength));

    /// <summary>Places a profile's copy; what is there stays. What is copied is compared afterwards: the sources may be others' to change.</summary>
    /// <exception cref="GostBtException">
    /// <see cref="GostBtFailure.NotPrivileged"/>; <see cref="GostBtFailure.ChecksumMismatch"/>: a file is not what it has to be; or it cannot be written.
    /// </exception>
    public static void Place(IReadOnlyList<AgentFile> files, string folder) => Writing(folder, () =>
    {
        foreach (var file in files)
        {
            Place(file, folder);
        }
    });

    /// <summary>Removes a profile's copies, but for the one named. One that runs, and cannot be removed for that, goes the next time.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="kept">The program to keep; null for none.</param>
    public void Remove(ProfileName name, string? kept)
    {
        var folder = Path.Combine(root, name.Value);
        foreach (var copy in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            if (kept is null || copy != Path.GetDirectoryName(kept))
            {
                TryRemove(copy, recursive: true);
            }
        }

        if (kept is null)
        {
            RemoveEmpty(folder);
        }
    }

    /// <summary>Removes one copy of a profile's; the others stay.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="program">Where the copy is.</param>
    public void RemoveCopy(ProfileName name, string program)
    {
        TryRemove(Path.GetDirectoryName(program)!, recursive: true);
        RemoveEmpty(Path.Combine(root, name.Value));
    }

    private void RemoveEmpty(string folder)
    {
        TryRemove(folder, recursive: false);
        TryRemove(root, recursive: false);
    }

    private static void Place(AgentFile file, string folder)
    {
        // Not by its length: a power cut leaves a file of the right one without its content.
        var target = Path.Combine(folder, file.Name);
        if (File.Exists(target) && FileHash.Of(target) == file.Hash)
        {
            return;
        }

        var copy = Directory.CreateDirectory(folder);
        foreach (var above in new[] { copy.Parent!.Parent!, copy.Parent, copy })
        {
            PrivateFile.MakeOwnersToWrite(above.FullName);
        }

        var temporary = target + ".new";
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(file.Source, temporary, overwrite: true);
        if (FileHash.Of(temporary) != file.Hash)
        {
            File.Delete(temporary);
            throw new GostBtException(
                GostBtFailure.ChecksumMismatch,
                $"{file.Source} is not the file that was installed there, or changes just now.",
                "If that was not you, find out who it was, and install it anew.");
        }

        PrivateFile.MakeExecutable(temporary);
        File.Delete(target);
        File.Move(temporary, target);
    }

    private static void TryRemove(string folder, bool recursive)
    {
        try
        {
            Directory.Delete(folder, recursive);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in use, holds another profile's, or is gone.
        }
    }

    private static void Writing(string path, Action write)
    {
        try
        {
            write();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new GostBtException(GostBtFailure.NotPrivileged, $"Placing {path} takes root, on Windows an administrator.", "Run it with sudo; on Windows in a console opened with 'Run as administrator'.", e);
        }
        catch (IOException e)
        {
            throw new GostBtException(GostBtFailure.Unexpected, $"{path} cannot be written: {e.Message}", "Check the free space, and that the file system is not read-only.", e);
        }
    }
}
