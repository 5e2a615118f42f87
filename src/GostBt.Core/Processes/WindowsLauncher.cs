using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Processes;

/// <summary>
/// CreateProcess with what <c>Process.Start</c> lacks: no console, a process group of its own, out of the caller's job where that may be left, and nothing
/// inherited but its own three standard handles. A long-lived child that inherited a caller's pipe would keep its reader waiting for ever.
/// </summary>
internal static class WindowsLauncher
{
    /// <summary>DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP, CREATE_UNICODE_ENVIRONMENT, EXTENDED_STARTUPINFO_PRESENT (processthreadsapi.h).</summary>
    internal const uint Flags = 0x0008 | 0x0200 | 0x0400 | 0x80000;

    /// <summary>CREATE_BREAKAWAY_FROM_JOB.</summary>
    internal const uint LeaveJob = 0x01000000;

    private const int AccessDenied = 5;
    private const int UseStandardHandles = 0x0100; // STARTF_USESTDHANDLES
    private const uint Inheritable = 1; // HANDLE_FLAG_INHERIT
    private const uint ReadWrite = 0xC0000000;
    private const uint ShareAll = 7;
    private const uint OpenExisting = 3;

    private static readonly IntPtr HandleList = new(0x00020002); // PROC_THREAD_ATTRIBUTE_HANDLE_LIST

    /// <summary>Starts the child; its standard error is the pipe that is returned, its other outputs and its input are nothing.</summary>
    /// <exception cref="Win32Exception">Windows refused.</exception>
    public static (SafeWaitHandle Process, int Id, Stream Error) Start(ProcessCommand command)
    {
        if (!NativeMethods.CreatePipe(out var reading, out var writing, IntPtr.Zero, 0))
        {
            throw new Win32Exception();
        }

        using (writing)
        using (var nothing = NativeMethods.CreateFile("NUL", ReadWrite, ShareAll, IntPtr.Zero, OpenExisting, 0, IntPtr.Zero))
        {
            try
            {
                if (nothing.IsInvalid || !NativeMethods.SetHandleInformation(nothing, Inheritable, Inheritable) || !NativeMethods.SetHandleInformation(writing, Inheritable, Inheritable))
                {
                    throw new Win32Exception();
                }

                var child = Start(command, nothing.DangerousGetHandle(), writing.DangerousGetHandle());
                return (new SafeWaitHandle(child.Process, ownsHandle: true), child.ProcessId, new FileStream(reading, FileAccess.Read));
            }
            catch
            {
                reading.Dispose();
                throw;
            }
        }
    }

    private static ChildInformation Start(ProcessCommand command, IntPtr nothing, IntPtr error)
    {
        var size = IntPtr.Zero;
        _ = NativeMethods.InitializeProcThreadAttributeList(IntPtr.Zero, 1, 0, ref size);
        var attributes = Marshal.AllocHGlobal(size);
        var handles = Marshal.AllocHGlobal(2 * IntPtr.Size);
        var initialized = false;
        try
        {
            Marshal.WriteIntPtr(handles, nothing);
            Marshal.WriteIntPtr(handles, IntPtr.Size, error);
            initialized = NativeMethods.InitializeProcThreadAttributeList(attributes, 1, 0, ref size);
            if (!initialized || !NativeMethods.UpdateProcThreadAttribute(attributes, 0, HandleList, handles, new IntPtr(2 * IntPtr.Size), IntPtr.Zero, IntPtr.Zero))
            {
                throw new Win32Exception();
            }

            var startup = new Startup
            {
                Size = Marshal.SizeOf<Startup>(),
                Flags = UseStandardHandles,
                Input = nothing,
                Output = nothing,
                Error = error,
                Attributes = attributes,
            };
            var line = ProcessArguments.Join([command.FileName, .. command.Arguments]);
            if (!Create(Flags | LeaveJob, out var child) && !(Marshal.GetLastWin32Error() == AccessDenied && Create(Flags, out child)))
            {
                throw new Win32Exception();
            }

            _ = NativeMethods.CloseHandle(child.Thread);
            return child;

            // The program is named apart from its arguments, so that nothing is ever looked for on PATH or cut at a space.
            bool Create(uint flags, out ChildInformation made) => NativeMethods.CreateProcess(
                command.FileName, [.. line, (char)0], IntPtr.Zero, IntPtr.Zero, true, flags, IntPtr.Zero, command.WorkingDirectory, ref startup, out made);
        }
        finally
        {
            if (initialized)
            {
                NativeMethods.DeleteProcThreadAttributeList(attributes);
            }

            Marshal.FreeHGlobal(attributes);
            Marshal.FreeHGlobal(handles);
        }
    }

    /// <summary>STARTUPINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Startup
    {
        public int Size;
        public IntPtr Reserved;
        public IntPtr Desktop;
        public IntPtr Title;
        public int X;
        public int Y;
        public int Width;
        public int Height;
        public int Columns;
        public int Rows;
        public int Fill;
        public int Flags;
        public short Show;
        public short ReservedSize;
        public IntPtr ReservedBytes;
        public IntPtr Input;
        public IntPtr Output;
        public IntPtr Error;
        public IntPtr Attributes;
    }

    /// <summary>PROCESS_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ChildInformation
    {
        public IntPtr Process;
        public IntPtr Thread;
        public int ProcessId;
        public int ThreadId;
    }

    private static class NativeMethods
    {
        [DllImport("kernel32", EntryPoint = "CreateProcessW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CreateProcess(
            string program,
            [In, Out] char[] commandLine,
            IntPtr processAttributes,
            IntPtr threadAttributes,
            [MarshalAs(UnmanagedType.Bool)] bool inheritHandles,
            uint flags,
            IntPtr environment,
            string? folder,
            ref Startup startup,
            out ChildInformation child);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CreatePipe(out SafeFileHandle reading, out SafeFileHandle writing, IntPtr attributes, int size);

        [DllImport("kernel32", EntryPoint = "CreateFileW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr attributes, uint disposition, uint flags, IntPtr template);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool SetHandleInformation(SafeFileHandle handle, uint mask, uint flags);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool InitializeProcThreadAttributeList(IntPtr list, int count, int flags, ref IntPtr size);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool UpdateProcThreadAttribute(IntPtr list, uint flags, IntPtr attribute, IntPtr value, IntPtr size, IntPtr previous, IntPtr returned);

        [DllImport("kernel32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern void DeleteProcThreadAttributeList(IntPtr list);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CloseHandle(IntPtr handle);
    }
}
