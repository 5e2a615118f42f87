using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using GostBt.Processes;

namespace GostBt.Tunnel;

/// <summary>advapi32 and kernel32.</summary>
internal sealed class WindowsSystem : IWindowsSystem
{
    private const uint AnyDword = 0x10; // RRF_RT_REG_DWORD
    private const int ExtendedLimits = 9; // JobObjectExtendedLimitInformation
    private const uint KillOnJobClose = 0x2000;

    private static readonly IntPtr LocalMachine = new(unchecked((int)0x80000002));
    private static readonly IntPtr ThisProcess = new(-1);
    private static readonly object Gate = new();

    // Never closed by us: its closing, when this process ends, is what ends the children.
    private static IntPtr _job;

    /// <inheritdoc/>
    public bool IsElevated => WindowsToken.IsElevated;

    /// <inheritdoc/>
    public uint DisabledIPv6Components
    {
        get
        {
            var size = sizeof(uint);
            return NativeMethods.RegGetValue(
                LocalMachine, @"SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters", "DisabledComponents", AnyDword, IntPtr.Zero, out var value, ref size) == 0 ? value : 0;
        }
    }

    /// <inheritdoc/>
    public string? StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : StartOf(process);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public bool IsClosed(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            _ = process.HasExited || StartOf(process).Length == 0;
            return false;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Win32Exception)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public bool End(int processId, string start, TimeSpan patience)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            if (process.HasExited || StartOf(process) != start)
            {
                return true;
            }

            process.Kill();
            return process.WaitForExit((int)patience.TotalMilliseconds);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (Win32Exception)
        {
            // It is ending already, or may not be ended.
            return StartOf(processId) != start;
        }
    }

    /// <inheritdoc/>
    public int TieChildren()
    {
        lock (Gate)
        {
            if (_job != IntPtr.Zero)
            {
                return 0;
            }

            var job = NativeMethods.CreateJobObject(IntPtr.Zero, null);
            if (job == IntPtr.Zero)
            {
                return Marshal.GetLastWin32Error();
            }

            // This process is in the job, too: what it starts is in it from its first instruction.
            var limits = new JobLimits { Flags = KillOnJobClose };
            if (!NativeMethods.SetInformationJobObject(job, ExtendedLimits, ref limits, Marshal.SizeOf<JobLimits>()) || !NativeMethods.AssignProcessToJobObject(job, ThisProcess))
            {
                var error = Marshal.GetLastWin32Error();
                _ = NativeMethods.CloseHandle(job);
                return error;
            }

            _job = job;
            return 0;
        }
    }

    private static string StartOf(Process process) => process.StartTime.ToFileTimeUtc().ToString(CultureInfo.InvariantCulture);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION; pointers make its size differ between processors, hence sequential.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct JobLimits
    {
        public long ProcessTime;
        public long JobTime;
        public uint Flags;
        public UIntPtr LeastWorkingSet;
        public UIntPtr MostWorkingSet;
        public uint Processes;
        public UIntPtr Affinity;
        public uint Priority;
        public uint Scheduling;
        public ulong Reads;
        public ulong Writes;
        public ulong Others;
        public ulong BytesRead;
        public ulong BytesWritten;
        public ulong BytesOther;
        public UIntPtr ProcessMemory;
        public UIntPtr JobMemory;
        public UIntPtr PeakProcessMemory;
        public UIntPtr PeakJobMemory;
    }

    private static class NativeMethods
    {
        [DllImport("advapi32", EntryPoint = "RegGetValueW", CharSet = CharSet.Unicode)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int RegGetValue(IntPtr key, string subKey, string name, uint flags, IntPtr type, out uint value, ref int size);

        [DllImport("kernel32", EntryPoint = "CreateJobObjectW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern IntPtr CreateJobObject(IntPtr attributes, string? name);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool SetInformationJobObject(IntPtr job, int kind, ref JobLimits limits, int size);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool AssignProcessToJobObject(IntPtr job, IntPtr process);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CloseHandle(IntPtr handle);
    }
}
