using System.Runtime.InteropServices;
using System.Text;

namespace GostBt.Profiles;

/// <summary>Who may change a file or folder of Linux (statx(2), whose structure is the same on every processor).</summary>
/// <param name="User">Its owner.</param>
/// <param name="Mode">Kind and permissions, as in <c>st_mode</c>.</param>
/// <param name="Target">Where a symbolic link leads, as it says; null for anything else.</param>
internal sealed record FileOwner(uint User, int Mode, string? Target)
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint BasicStats = 0x7FF; // STATX_BASIC_STATS

    /// <summary>A file that is there, the link itself where it is one; null for none.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static FileOwner? Of(string path) => Look(path, NoFollow);

    /// <summary>The same of what a link leads to.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static FileOwner? Behind(string path) => Look(path, 0);

    /// <summary>Whether somebody who is not its owner may write to it.</summary>
    public bool IsWritableByOthers => (Mode & 0x12) != 0; // 0022

    /// <summary>Whether it is a folder in which only its owner removes or renames a file.</summary>
    public bool IsSticky => (Mode & 0xF200) == 0x4200; // S_IFDIR, 01000

    private bool IsLink => (Mode & 0xF000) == 0xA000; // S_IFLNK

    private static FileOwner? Look(string path, int flags)
    {
        var stat = new byte[256];
        var name = Encoding.UTF8.GetBytes(path + "\0");
        if (NativeMethods.Statx(CurrentFolder, name, flags, BasicStats, stat) != 0)
        {
            const int NoEntry = 2, NoFolder = 20;
            var error = Marshal.GetLastWin32Error();
            return error is NoEntry or NoFolder ? null : throw new IOException($"'{path}' cannot be looked at (error {error}).");
        }

        var owner = new FileOwner(BitConverter.ToUInt32(stat, 20), BitConverter.ToUInt16(stat, 28), null);
        return owner.IsLink ? owner with { Target = TargetOf(path, name) } : owner;
    }

    private static string TargetOf(string path, byte[] name)
    {
        var target = new byte[4096];
        var length = (int)NativeMethods.Readlink(name, target, (UIntPtr)target.Length);
        return length >= 0 ? Encoding.UTF8.GetString(target, 0, length) : throw new IOException($"'{path}' cannot be read (error {Marshal.GetLastWin32Error()}).");
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] stat);

        [DllImport("libc", EntryPoint = "readlink", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern IntPtr Readlink(byte[] path, byte[] target, UIntPtr size);
    }
}
