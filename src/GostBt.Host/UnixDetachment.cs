using System.Runtime.InteropServices;
using GostBt.Model;

namespace GostBt.Host;

/// <summary>Makes this process independent of the session that started it (setsid(2)): closing the console no longer ends it.</summary>
internal static class UnixDetachment
{
    // fcntl.h of Linux
    private const int WriteOnly = 0x1;
    private const int ReadOnly = 0x0;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x180; // 0600

    /// <summary>A session of its own, an empty standard input, and both outputs at the end of a file. Nothing may have been written to the console before.</summary>
    public static void Enter(string logPath)
    {
        // Fails only for the leader of a process group, which has a session or job of its own already.
        _ = NewSession();
        Replace([0], Open("/dev/null", ReadOnly | CloseOnExec, 0));
        Replace([1, 2], Open(logPath, WriteOnly | Create | Append | CloseOnExec, OwnerOnly));
    }

    private static void Replace(int[] targets, int source)
    {
        foreach (var target in targets)
        {
            if (source < 0 || Duplicate(source, target) < 0)
            {
                throw new GostBtException(GostBtFailure.Unexpected, $"The agent cannot detach (error {Marshal.GetLastPInvokeError()}).", "Check the permissions of its state folder.");
            }
        }

        _ = Close(source);
    }

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NewSession();

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int from, int to);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
