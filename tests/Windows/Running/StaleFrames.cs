using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace GostBt.Windows.Tests.Running;

/// <summary>
/// Wine notes its exception handlers of C in a list of the thread (TEB, ExceptionList), also on x64. An exception that .NET carries over native code, as that of a failed test on
/// its way out of the reflection that called it, leaves an entry there, and the next such exception ends the thread without a word. So the list is emptied before each.
/// </summary>
internal static unsafe class StaleFrames
{
    private const nint EndOfList = -1; // EXCEPTION_CHAIN_END
    private const nint ThisThread = -2;
    private const int BasicInformation = 0; // THREADINFOCLASS

    /// <summary>From now on, where this is Wine.</summary>
    public static void Watch()
    {
        if (Wine.IsHere)
        {
            Forget(null, null);
            AppDomain.CurrentDomain.FirstChanceException += Forget;
        }
    }

    private static void Forget(object? sender, FirstChanceExceptionEventArgs? thrown)
    {
        if (NativeMethods.NtQueryInformationThread(ThisThread, BasicInformation, out var thread, sizeof(ThreadInformation), 0) == 0)
        {
            *thread.Block = EndOfList;
        }
    }

    // THREAD_BASIC_INFORMATION; the list's head is the first field of the thread's block.
    [StructLayout(LayoutKind.Sequential)]
    private struct ThreadInformation
    {
        public int ExitStatus;
        public nint* Block;
        public nint ProcessId;
        public nint ThreadId;
        public nint Affinity;
        public int Priority;
        public int BasePriority;
    }

    private static class NativeMethods
    {
        [DllImport("ntdll")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int NtQueryInformationThread(nint thread, int kind, out ThreadInformation information, int size, nint length);
    }
}
