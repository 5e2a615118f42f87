using System.Runtime.InteropServices;
using GostBt.Model;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Engine.Tun.Windows;

/// <summary>wintun.dll, loaded once from a path whose bytes were checked, called through function pointers. It stays loaded.</summary>
internal sealed unsafe class WintunLibrary : IWintun
{
    private readonly delegate* unmanaged[Stdcall]<char*, char*, Guid*, nint> _createAdapter;
    private readonly delegate* unmanaged[Stdcall]<nint, void> _closeAdapter;
    private readonly delegate* unmanaged[Stdcall]<nint, ulong*, void> _getAdapterLuid;
    private readonly delegate* unmanaged[Stdcall]<nint, uint, nint> _startSession;
    private readonly delegate* unmanaged[Stdcall]<nint, void> _endSession;
    private readonly delegate* unmanaged[Stdcall]<nint, nint> _getReadWaitEvent;
    private readonly delegate* unmanaged[Stdcall]<nint, uint*, byte*> _receivePacket;
    private readonly delegate* unmanaged[Stdcall]<nint, byte*, void> _releaseReceivePacket;
    private readonly delegate* unmanaged[Stdcall]<nint, uint, byte*> _allocateSendPacket;
    private readonly delegate* unmanaged[Stdcall]<nint, byte*, void> _sendPacket;

    [ThreadStatic]
    private static int _lastError;

    private WintunLibrary(nint library, string path)
    {
        _createAdapter = (delegate* unmanaged[Stdcall]<char*, char*, Guid*, nint>)Export("WintunCreateAdapter");
        _closeAdapter = (delegate* unmanaged[Stdcall]<nint, void>)Export("WintunCloseAdapter");
        _getAdapterLuid = (delegate* unmanaged[Stdcall]<nint, ulong*, void>)Export("WintunGetAdapterLUID");
        _startSession = (delegate* unmanaged[Stdcall]<nint, uint, nint>)Export("WintunStartSession");
        _endSession = (delegate* unmanaged[Stdcall]<nint, void>)Export("WintunEndSession");
        _getReadWaitEvent = (delegate* unmanaged[Stdcall]<nint, nint>)Export("WintunGetReadWaitEvent");
        _receivePacket = (delegate* unmanaged[Stdcall]<nint, uint*, byte*>)Export("WintunReceivePacket");
        _releaseReceivePacket = (delegate* unmanaged[Stdcall]<nint, byte*, void>)Export("WintunReleaseReceivePacket");
        _allocateSendPacket = (delegate* unmanaged[Stdcall]<nint, uint, byte*>)Export("WintunAllocateSendPacket");
        _sendPacket = (delegate* unmanaged[Stdcall]<nint, byte*, void>)Export("WintunSendPacket");

        nint Export(string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address : throw WintunErrors.NotWintun(path, name);
    }

    /// <inheritdoc/>
    public int LastError => _lastError;

    /// <param name="path">The DLL's full path; what lies elsewhere is never looked for.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.UnsupportedSystem"/>: it is of another architecture, or not Wintun.</exception>
    internal static WintunLibrary Load(string path)
    {
        // Its folder is the user's, who may write there, and this process may be elevated: what it imports comes from Windows alone.
        var library = NativeMethods.LoadLibraryEx(path, 0, NativeMethods.SearchSystemFolder);
        return library != 0 ? new WintunLibrary(library, path) : throw WintunErrors.CannotLoad(path, Marshal.GetLastPInvokeError());
    }

    /// <inheritdoc/>
    public nint CreateAdapter(string name, string tunnelType, Guid guid)
    {
        fixed (char* text = name, type = tunnelType)
        {
            return Noted(_createAdapter(text, type, &guid));
        }
    }

    /// <inheritdoc/>
    public void CloseAdapter(nint adapter) => _closeAdapter(adapter);

    /// <inheritdoc/>
    public ulong GetAdapterLuid(nint adapter)
    {
        ulong luid = 0;
        _getAdapterLuid(adapter, &luid);
        return luid;
    }

    /// <inheritdoc/>
    public nint StartSession(nint adapter, int capacity) => Noted(_startSession(adapter, (uint)capacity));

    /// <inheritdoc/>
    public void EndSession(nint session) => _endSession(session);

    /// <inheritdoc/>
    public WaitHandle GetReadWaitEvent(nint session) => new SessionEvent(_getReadWaitEvent(session));

    /// <inheritdoc/>
    public byte* ReceivePacket(nint session, out int size)
    {
        uint length = 0;
        var packet = (byte*)Noted((nint)_receivePacket(session, &length));
        size = (int)length;
        return packet;
    }

    /// <inheritdoc/>
    public void ReleaseReceivePacket(nint session, byte* packet) => _releaseReceivePacket(session, packet);

    /// <inheritdoc/>
    public byte* AllocateSendPacket(nint session, int size) => (byte*)Noted((nint)_allocateSendPacket(session, (uint)size));

    /// <inheritdoc/>
    public void SendPacket(nint session, byte* packet) => _sendPacket(session, packet);

    // Read at once: whatever the runtime does next may change it.
    private static nint Noted(nint result)
    {
        if (result == 0)
            _lastError = Marshal.GetLastSystemError();
        return result;
    }

    private sealed class SessionEvent : WaitHandle
    {
        internal SessionEvent(nint handle)
        {
            SafeWaitHandle = new SafeWaitHandle(handle, ownsHandle: false);
        }
    }

    private static class NativeMethods
    {
        /// <summary>LOAD_LIBRARY_SEARCH_SYSTEM32.</summary>
        internal const uint SearchSystemFolder = 0x800;

        [DllImport("kernel32", EntryPoint = "LoadLibraryExW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern nint LoadLibraryEx(string path, nint reserved, uint flags);
    }
}
