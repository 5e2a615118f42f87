using System.ComponentModel;
using System.Globalization;
using GostBt.Model;

namespace GostBt.Routing.Windows;

/// <summary>Makes of an error of Windows (winerror.h) one for people.</summary>
internal static class WindowsErrors
{
    private const uint AccessDenied = 5;
    private const uint NotSupported = 50;
    private const uint CallNotImplemented = 120;
    private const uint NotFound = 1168;

    /// <param name="error">Not 0.</param>
    /// <param name="what">What was tried: "add 'default dev gost_tun'".</param>
    public static GostBtException Of(uint error, string what)
    {
        var said = string.Format(CultureInfo.InvariantCulture, "Windows does not {0}: {1} (error {2}).", what, new Win32Exception(unchecked((int)error)).Message.TrimEnd('.', ' '), error);
        return error switch
        {
            AccessDenied => new GostBtException(GostBtFailure.NotPrivileged, said, "Run it in a console opened with 'Run as administrator'."),
            NotSupported or CallNotImplemented => new GostBtException(GostBtFailure.UnsupportedSystem, said, "Run it on Windows 10 or later."),
            NotFound => new GostBtException(GostBtFailure.TunnelFailed, said, "The adapter, or its IPv6, is switched off: see 'Network Connections'; it is tried again."),
            _ => new GostBtException(GostBtFailure.TunnelFailed, said, "Check that no other program (a VPN, a security suite) guards addresses and routes; restarting Windows helps after a driver's update."),
        };
    }
}
