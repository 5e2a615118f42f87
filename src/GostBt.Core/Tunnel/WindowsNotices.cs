using System.Runtime.InteropServices;

namespace GostBt.Tunnel;

/// <summary>iphlpapi.dll (Windows Vista and later) and powrprof.dll (Windows 8 and later).</summary>
internal sealed class WindowsNotices : IWindowsNotices
{
    private const ushort AnyFamily = 0; // AF_UNSPEC
    private const uint ByCallback = 2; // DEVICE_NOTIFY_CALLBACK

    // PBT_APMRESUMESUSPEND and PBT_APMRESUMEAUTOMATIC (winuser.h)
    private const uint ResumedByUser = 0x07;
    private const uint Resumed = 0x12;

    // For the life of the process, one for all: nothing says that PowerUnregisterSuspendResumeNotification waits for a call under way, as
    // CancelMibChangeNotify2 does.
    private static readonly SharedNotice Resumes = new(RegisterResume);
    private static PowerCallback? _resumed;

    /// <inheritdoc/>
    public IDisposable? Register(WindowsNotice notice, Action happened)
    {
        try
        {
            return notice == WindowsNotice.Resume ? Resumes.Add(happened) : OfNetwork(notice, happened);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    private static Registration? OfNetwork(WindowsNotice notice, Action happened)
    {
        ChangeCallback callback = (_, _, _) => happened();
        var handle = IntPtr.Zero;
        var error = notice switch
        {
            WindowsNotice.Interfaces => NativeMethods.NotifyIpInterfaceChange(AnyFamily, callback, IntPtr.Zero, initial: false, ref handle),
            WindowsNotice.Addresses => NativeMethods.NotifyUnicastIpAddressChange(AnyFamily, callback, IntPtr.Zero, initial: false, ref handle),
            WindowsNotice.Routes => NativeMethods.NotifyRouteChange2(AnyFamily, callback, IntPtr.Zero, initial: false, ref handle),
            _ => throw new ArgumentOutOfRangeException(nameof(notice)),
        };

        // Wine says yes, and gives no handle.
        return error == 0 && handle != IntPtr.Zero ? new Registration(callback, () => _ = NativeMethods.CancelMibChangeNotify2(handle)) : null;
    }

    private static bool RegisterResume(Action happened)
    {
        _resumed = (_, kind, _) =>
        {
            if (kind is Resumed or ResumedByUser)
            {
                happened();
            }

            return 0;
        };
        var subscription = new Subscription { Callback = Marshal.GetFunctionPointerForDelegate(_resumed) };
        return NativeMethods.PowerRegisterSuspendResumeNotification(ByCallback, ref subscription, out var handle) == 0 && handle != IntPtr.Zero;
    }

    // PIPINTERFACE_CHANGE_CALLBACK and its like: context, row, kind of change.
    [UnmanagedFunctionPointer(CallingConvention.StdCall)]
    private delegate void ChangeCallback(IntPtr context, IntPtr row, int kind);

    // DEVICE_NOTIFY_CALLBACK_ROUTINE
    [UnmanagedFunctionPointer(CallingConvention.StdCall)]
    private delegate uint PowerCallback(IntPtr context, uint kind, IntPtr setting);

    /// <summary>Keeps the callback from the garbage collector until it is ended, which waits for a call under way.</summary>
    private sealed class Registration(Delegate callback, Action end) : IDisposable
    {
        private GCHandle _callback = GCHandle.Alloc(callback);

        public void Dispose()
        {
            if (_callback.IsAllocated)
            {
                end();
                _callback.Free();
            }
        }
    }

    // DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS
    [StructLayout(LayoutKind.Sequential)]
    private struct Subscription
    {
        public IntPtr Callback;
        public IntPtr Context;
    }

    private static class NativeMethods
    {
        [DllImport("iphlpapi")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint NotifyIpInterfaceChange(ushort family, ChangeCallback callback, IntPtr context, [MarshalAs(UnmanagedType.U1)] bool initial, ref IntPtr handle);

        [DllImport("iphlpapi")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint NotifyUnicastIpAddressChange(ushort family, ChangeCallback callback, IntPtr context, [MarshalAs(UnmanagedType.U1)] bool initial, ref IntPtr handle);

        [DllImport("iphlpapi")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint NotifyRouteChange2(ushort family, ChangeCallback callback, IntPtr context, [MarshalAs(UnmanagedType.U1)] bool initial, ref IntPtr handle);

        [DllImport("iphlpapi")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint CancelMibChangeNotify2(IntPtr handle);

        [DllImport("powrprof")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint PowerRegisterSuspendResumeNotification(uint flags, ref Subscription recipient, out IntPtr handle);
    }
}
