using System.Runtime.InteropServices;
using System.Text;
using GostBt.Model;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Host;

/// <summary>
/// The child's half of <see cref="Processes"/>' launch without a console: lets go of the launcher's pipe and has both outputs go to the log, those of the runtime included
/// (SetStdHandle).
/// </summary>
internal static class WindowsDetachment
{
    private const uint AppendData = 0x0004; // FILE_APPEND_DATA: each write goes to the end, whoever else writes
    private const uint Synchronize = 0x00100000;
    private const uint ShareAll = 7;
    private const uint OpenAlways = 4;

    private const int Input = -10; // STD_INPUT_HANDLE

    // STD_OUTPUT_HANDLE and STD_ERROR_HANDLE
    private static readonly int[] Outputs = [-11, -12];

    /// <inheritdoc cref="Detachment.Enter"/>
    public static void Enter(string logPath)
    {
        var log = NativeMethods.CreateFile(logPath, AppendData | Synchronize, ShareAll, IntPtr.Zero, OpenAlways, 0, IntPtr.Zero);
        if (log.IsInvalid)
        {
            throw new GostBtException(GostBtFailure.Unexpected, $"The agent cannot open its log (error {Marshal.GetLastPInvokeError()} of Windows).", "Check the permissions of its state folder.");
        }

        // The launcher gives one handle, of nothing, as input and as output: closed, its number would soon be another file's, and the input's all the same.
        var before = Outputs.Select(NativeMethods.GetStdHandle).Distinct().Where(handle => handle != NativeMethods.GetStdHandle(Input)).ToList();
        foreach (var output in Outputs)
        {
            _ = NativeMethods.SetStdHandle(output, log.DangerousGetHandle());
        }

        // It stays open for as long as the process runs.
        log.SetHandleAsInvalid();
        var writer = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
        Console.SetOut(writer);
        Console.SetError(writer);
        foreach (var handle in before.Where(handle => handle != IntPtr.Zero && handle != new IntPtr(-1)))
        {
            _ = NativeMethods.CloseHandle(handle);
        }
    }

    private static class NativeMethods
    {
        [DllImport("kernel32", EntryPoint = "CreateFileW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr attributes, uint disposition, uint flags, IntPtr template);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern IntPtr GetStdHandle(int which);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool SetStdHandle(int which, IntPtr handle);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CloseHandle(IntPtr handle);
    }
}
