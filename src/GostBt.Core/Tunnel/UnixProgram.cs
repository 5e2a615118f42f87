using System.Runtime.InteropServices;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Tunnel;

/// <summary>Whether Linux lets a program be run: a package of the PowerShell Gallery is unpacked without that permission.</summary>
internal static class UnixProgram
{
    private const int Execute = 1; // X_OK
    private const int Permissions = 0xFFF; // 07777
    private const int Read = 0x124; // 0444

    /// <summary>Gives those who may read it the permission to run it, where it has none; nothing on Windows.</summary>
    /// <exception cref="GostBtException">
    /// <see cref="GostBtFailure.EngineFailed"/>: that is for its owner to do, or its file system lets no program be run.
    /// </exception>
    public static void RequireExecutable(string path)
    {
        if (Path.DirectorySeparatorChar == '\\' || MayRun(path))
        {
            return;
        }

        if (ModeOf(path) is { } mode)
        {
            _ = NativeMethods.ChangeMode(path, (uint)((mode & Permissions) | ((mode & Read) >> 2)));
        }

        if (!MayRun(path))
        {
            throw new GostBtException(
                GostBtFailure.EngineFailed,
                $"{path} may not be run.",
                $"Run as its owner or root: chmod +x {ShellQuote.Quote(path)}. On a file system without programs (noexec) install it elsewhere.");
        }
    }

    private static bool MayRun(string path) => NativeMethods.Access(path, Execute) == 0;

    private static int? ModeOf(string path)
    {
        try
        {
            return FileOwner.Behind(path)?.Mode;
        }
        catch (EntryPointNotFoundException)
        {
            // No Linux.
            return null;
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "access", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Access([MarshalAs(UnmanagedType.LPStr)] string path, int mode);

        [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int ChangeMode([MarshalAs(UnmanagedType.LPStr)] string path, uint mode);
    }
}
