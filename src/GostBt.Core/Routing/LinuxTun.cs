using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using GostBt.Model;

namespace GostBt.Routing;

/// <summary>Makes and removes a <see cref="TunDevice"/> by the ioctls of linux/if_tun.h: busybox's <c>ip</c> has no <c>tuntap</c>.</summary>
/// <remarks>
/// Engines attach by the name. Of the flags only IFF_MULTI_QUEUE must be the same for that (tun_set_iff of drivers/net/tun.c), and neither gost nor the bundled engine sets it; the others are
/// the last one's to attach.
/// </remarks>
internal static class LinuxTun
{
    private const string DevicePath = "/dev/net/tun";
    private const int ReadWriteCloseOnExec = 2 | 0x80000;
    private const int RequestSize = 40; // struct ifreq: 16 bytes of name, then the flags
    private const int NameSize = 16;
    private const short Tun = 0x0001 | 0x1000; // without packet information
    private const short Exclusive = unchecked((short)0x8000);
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int Busy = 16;
    private const int InvalidArgument = 22;

    private static readonly UIntPtr SetInterface = (UIntPtr)0x400454CA;
    private static readonly UIntPtr SetPersist = (UIntPtr)0x400454CB;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether a device of that name is there, of whatever kind.</summary>
    public static bool Exists(string name) => IndexOf(name) != 0;

    /// <summary>Makes it.</summary>
    /// <exception cref="GostBtException">The kernel refuses, or the name is taken.</exception>
    public static void Make(string name)
    {
        var file = OpenDevice(name);
        try
        {
            if (Attach(file, name, (short)(Tun | Exclusive)) is var error and not 0)
            {
                throw Refused(name, error);
            }

            if (Control(file, SetPersist, (IntPtr)1) != 0)
            {
                throw Refused(name, Marshal.GetLastWin32Error());
            }
        }
        finally
        {
            _ = Close(file);
        }
    }

    /// <summary>Removes it, once the engine that is ending has let go of it. Leaves a device alone that is of another kind.</summary>
    /// <returns>Whether something still holds it.</returns>
    public static async Task<bool> IsHeldAfterRemovingAsync(string name, CancellationToken cancellationToken)
    {
        for (var watch = Stopwatch.StartNew(); Exists(name);)
        {
            var file = OpenDevice(name);
            int error;
            try
            {
                error = Attach(file, name, Tun);
                if (error == 0)
                {
                    // The last to close a device that does not persist takes it away.
                    _ = Control(file, SetPersist, IntPtr.Zero);
                }
            }
            finally
            {
                _ = Close(file);
            }

            if (error is 0 or InvalidArgument)
            {
                return false;
            }

            if (error != Busy || watch.Elapsed >= Patience)
            {
                return true;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private static int OpenDevice(string name)
    {
        var file = Open(DevicePath, ReadWriteCloseOnExec);
        return file >= 0 ? file : throw Refused(name, Marshal.GetLastWin32Error());
    }

    private static int Attach(int file, string name, short flags)
    {
        var request = new byte[RequestSize];
        Encoding.UTF8.GetBytes(name, 0, Math.Min(name.Length, NameSize - 1), request, 0);
        BitConverter.GetBytes(flags).CopyTo(request, NameSize);
        return Control(file, SetInterface, request) == 0 ? 0 : Marshal.GetLastWin32Error();
    }

    private static GostBtException Refused(string name, int error) => error switch
    {
        NotPermitted or AccessDenied => new GostBtException(GostBtFailure.NotPrivileged, $"The device {name} may not be made.", "Run it as root (CAP_NET_ADMIN)."),
        Busy => new GostBtException(GostBtFailure.Conflict, $"There is already a network device '{name}'.", "Give the profile another interface name, or end the program that made it."),
        _ => new GostBtException(
            GostBtFailure.UnsupportedSystem,
            $"The kernel refuses to make the device {name} (error {error.ToString(System.Globalization.CultureInfo.InvariantCulture)} of Linux).",
            "Check that TUN devices can be made here: 'ip tuntap add dev tun9 mode tun'."),
    };

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int file, UIntPtr request, byte[] argument);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int file, UIntPtr request, IntPtr argument);

    [DllImport("libc", EntryPoint = "if_nametoindex", CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint IndexOf(string name);
}
