using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>Files and folders that only their owner may read, replaced atomically.</summary>
public static class PrivateFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Makes a folder (and its parents); the folder itself is the owner's alone: 0700, on Windows an access list that also lets SYSTEM and administrators in.
    /// One that is there already is made so where it is this user's.
    /// </summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>: it is another user's, or others may write there.</exception>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            if (IsWindows)
            {
                WindowsFolderAccess.Claim(path);
            }
            else
            {
                UnixFolderAccess.Restrict(path);
            }

            return;
        }

        Directory.CreateDirectory(path);
        if (IsWindows)
        {
            WindowsFolderAccess.Restrict(path);
        }
        else
        {
            Restrict(path, 0x1C0); // 0700
        }
    }

    /// <summary>Writes a file of mode 0600 so that a reader, or a crash, sees the old content or the new, never a part.</summary>
    public static void WriteAllText(string path, string text)
    {
        var temporary = path + "." + Guid.NewGuid().ToString("N").Substring(0, 8) + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                Restrict(temporary, 0x180); // 0600, before the first byte of content
                var bytes = Utf8.GetBytes(text);
                file.Write(bytes, 0, bytes.Length);
                file.Flush(flushToDisk: true);
            }

            Replace(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Lets the owner, and nobody else, run a file (0700), where the system has modes.</summary>
    public static void MakeExecutable(string path) => Restrict(path, 0x1C0);

    /// <summary>Lets all read a folder, and only its owner write to it (0755), where the system has modes: whatever the umask, and a group that it has from the folder above.</summary>
    public static void MakeOwnersToWrite(string folder) => Restrict(folder, 0x1ED);

    /// <summary>Reads a file that another process may be replacing.</summary>
    public static string ReadAllText(string path) => Patiently(() =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Utf8);
        return reader.ReadToEnd();
    });

    /// <summary>The same; null where there is no file. While Windows replaces a file there is none for a moment.</summary>
    public static string? TryReadAllText(string path)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                return ReadAllText(path);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                if (!IsWindows || e is DirectoryNotFoundException || watch.Elapsed > Gap)
                {
                    return null;
                }

                Thread.Sleep(5);
            }
        }
    }

    private static void Replace(string temporary, string path) => Patiently(() =>
    {
        if (!IsWindows)
        {
            if (NativeMethods.Rename(temporary, path) != 0)
            {
                throw new IOException($"'{path}' cannot be replaced (error {Marshal.GetLastWin32Error()}).");
            }
        }
        else if (File.Exists(path))
        {
            File.Replace(temporary, path, destinationBackupFileName: null, ignoreMetadataErrors: true);
        }
        else
        {
            File.Move(temporary, path);
        }

        return true;
    });

    // Windows lets nobody replace a file while it is read, nor read it while it is replaced; both last a moment.
    private static T Patiently<T>(Func<T> access)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                return access();
            }
            catch (Exception e) when (IsWindows && watch.Elapsed < Patience && IsMomentary(e))
            {
                Thread.Sleep(5);
            }
        }
    }

    private static bool IsMomentary(Exception e) => e is UnauthorizedAccessException or IOException and not (FileNotFoundException or DirectoryNotFoundException);

    // On Windows a file takes after its folder.
    private static void Restrict(string path, uint mode)
    {
        if (!IsWindows && NativeMethods.ChangeMode(path, mode) != 0)
        {
            throw new IOException($"The mode of '{path}' cannot be set (error {Marshal.GetLastWin32Error()}).");
        }
    }

    private static bool IsWindows => Path.DirectorySeparatorChar == '\\';

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int ChangeMode([MarshalAs(UnmanagedType.LPStr)] string path, uint mode);

        [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Rename([MarshalAs(UnmanagedType.LPStr)] string from, [MarshalAs(UnmanagedType.LPStr)] string to);
    }
}
