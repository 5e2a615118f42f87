using Microsoft.Win32.SafeHandles;

namespace GostBt.Engine.Tun.Windows;

/// <summary>An adapter with its rings. Whoever reads or writes holds it, so that the rings outlive the last packet under way.</summary>
internal sealed class WintunSession : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly IWintun _wintun;
    private readonly nint _adapter;

    /// <summary>Takes the adapter and the session over.</summary>
    internal WintunSession(IWintun wintun, nint adapter, nint session)
        : base(ownsHandle: true)
    {
        _wintun = wintun;
        _adapter = adapter;
        SetHandle(session);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _wintun.EndSession(handle);
        _wintun.CloseAdapter(_adapter);
        return true;
    }
}
