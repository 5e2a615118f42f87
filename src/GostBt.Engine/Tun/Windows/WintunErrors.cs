using System.Globalization;
using System.Runtime.InteropServices;
using GostBt.Model;

namespace GostBt.Engine.Tun.Windows;

/// <summary>What a TUN on Windows can run into, in words.</summary>
internal static class WintunErrors
{
    internal const int AccessDenied = 5;
    internal const int InvalidData = 13;
    internal const int EndOfFile = 38;
    internal const int BufferOverflow = 111;
    internal const int AlreadyExists = 183;
    internal const int NoMoreItems = 259;
    internal const int DuplicateName = 52;
    internal const int ServiceDisabled = 1058;
    internal const int BadDriver = 2001;
    internal const int InvalidImageHash = 577;
    internal const int DriverBlocked = 1275;

    private const string Install = "Run Install-GostBtEngine, which places the right one, or put wintun.dll of this program's architecture beside gostbt.exe.";

    internal static GostBtException Missing(IEnumerable<string> places) => new(
        GostBtFailure.UnsupportedSystem, $"wintun.dll, the driver of a TUN on Windows, is missing; it was looked for in {string.Join(" and ", places)}.", Install);

    internal static GostBtException WrongArchitecture(string path, string isFor, string wanted) => new(
        GostBtFailure.UnsupportedSystem, $"{path} is wintun for {isFor}; this program is {wanted}.", Install);

    internal static GostBtException Unknown(string path, string hash) => new(
        GostBtFailure.ChecksumMismatch, $"{path} is no wintun.dll that GostBt knows (SHA-256 {hash}). It was not loaded.", $"Remove it; if you did not put it there, find out who did. {Install}");

    internal static GostBtException CannotLoad(string path, int error) => new(
        GostBtFailure.UnsupportedSystem, string.Create(CultureInfo.InvariantCulture, $"{path} cannot be loaded: {Marshal.GetPInvokeErrorMessage(error).TrimEnd('.', ' ')} (error {error} of Windows)."), Install);

    internal static GostBtException NotWintun(string path, string function) => new(
        GostBtFailure.UnsupportedSystem, $"{path} lacks {function}: it is not Wintun 0.14.", Install);

    internal static GostBtException Taken(string name) => new(
        GostBtFailure.Conflict, $"The interface name {name} is taken: there is another network adapter of that name.", "Stop what uses it, or give the profile another interface name.");

    /// <summary>An adapter or session that Wintun refused.</summary>
    internal static GostBtException Refused(string what, string name, int error)
    {
        var said = string.Format(
            CultureInfo.InvariantCulture, "Wintun refuses {0} {1}: {2} (error {3} of Windows).", what, name, Marshal.GetPInvokeErrorMessage(error).TrimEnd('.', ' '), error);
        return error switch
        {
            AccessDenied => new GostBtException(GostBtFailure.NotPrivileged, said, "Run it as administrator."),
            AlreadyExists or DuplicateName => Taken(name),
            BadDriver or InvalidImageHash or DriverBlocked or ServiceDisabled => new GostBtException(
                GostBtFailure.UnsupportedSystem, said, "Windows does not load Wintun's driver: install the pending updates of Windows, restart it, and check that no policy blocks drivers."),
            _ => new GostBtException(GostBtFailure.TunnelFailed, said, "It is tried again; if it goes on, restart Windows and look into %SystemRoot%\\INF\\setupapi.dev.log."),
        };
    }
}
