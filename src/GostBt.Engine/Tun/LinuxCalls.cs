using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Engine.Tun;

/// <summary>The system calls behind a Linux TUN. Numbers are those of the generic ABI (x64, arm, arm64, riscv64).</summary>
internal static unsafe partial class LinuxCalls
{
    internal const int Interrupted = 4;
    internal const int NoEntry = 2;
    internal const int NotPermitted = 1;
    internal const int TryAgain = 11;
    internal const int AccessDenied = 13;
    internal const int DeviceBusy = 16;
    internal const int NoDevice = 19;
    internal const int InvalidArgument = 22;
    internal const int NoSystemCallSupport = 95;
    internal const int BadFileState = 77;
    internal const int BadFile = 9;

    internal const int OpenReadWrite = 2;
    internal const int OpenNonBlocking = 0x800;
    internal const int OpenCloseOnExec = 0x80000;

    internal const short PollIn = 1;
    internal const short PollError = 8;

    internal const nuint TunSetInterface = 0x400454CA;
    internal const nuint TunSetOffload = 0x400454D0;
    internal const nuint TunSetVnetHeaderSize = 0x400454D8;
    internal const nuint TunSetVnetLittleEndian = 0x400454DC;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Control(SafeFileHandle file, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Control(SafeFileHandle file, nuint request, nuint argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial SafeFileHandle CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial SafeFileHandle OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint InterfaceIndex(string name);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int File;
        public short Events;
        public short Happened;
    }
}
