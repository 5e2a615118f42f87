using System.Globalization;
using System.Runtime.InteropServices;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Profiles;

/// <summary>Sees to it that a folder of Linux is its owner's alone.</summary>
internal static class UnixFolderAccess
{
    private const int OfOthers = 0x3F; // rwxrwx of group and others

    /// <summary>Makes an existing folder its owner's alone, who has to be this user or root. Root may use anybody's, as with sudo.</summary>
    /// <param name="path">The folder; where it is a link, what it leads to.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>: it is somebody else's, or others may write there and that cannot be changed, or should not: such as /tmp.</exception>
    public static void Restrict(string path)
    {
        FileOwner? found, named;
        try
        {
            (named, found) = (FileOwner.Of(path), FileOwner.Behind(path));
        }
        catch (EntryPointNotFoundException)
        {
            // No Linux: it keeps the mode it was made with.
            return;
        }

        if (named is null || found is null)
        {
            return;
        }

        RequireOwner(path, EffectiveUser(), found.User);
        if (found.IsSticky)
        {
            throw new GostBtException(GostBtFailure.Conflict, $"The folder {path} is shared by all users of this computer.", "Choose a folder of your own.");
        }

        if (named.User != found.User)
        {
            // Or a user could have root close any folder of the system.
            throw new GostBtException(GostBtFailure.Conflict, $"The link {path}, of user {Text(named.User)}, leads to a folder of user {Text(found.User)}.", "Give the folder itself.");
        }

        // A file system without modes, such as vfat, may refuse, or agree and change nothing.
        if ((found.Mode & OfOthers) != 0 && (ChangeMode(path, (uint)(found.Mode & 0x1C0)) != 0 || FileOwner.Behind(path) is not { IsWritableByOthers: false }) && found.IsWritableByOthers)
        {
            throw new GostBtException(
                GostBtFailure.Conflict,
                $"Others may write in the folder {path}, and so change what is kept there.",
                $"Run as its owner: chmod 700 {ShellQuote.Quote(path)}. Where its file system has no permissions, set GOSTBT_HOME to a folder on one that has.");
        }
    }

    internal static void RequireOwner(string path, uint user, uint owner)
    {
        if (user != 0 && owner != 0 && owner != user)
        {
            throw new GostBtException(
                GostBtFailure.Conflict,
                $"The folder {path} belongs to another user (number {Text(owner)}), who could change what is kept there.",
                $"If it is yours, run: chown -R {Text(user)} {ShellQuote.Quote(path)} (as root). Else set GOSTBT_HOME to a folder of your own.");
        }
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeMode([MarshalAs(UnmanagedType.LPStr)] string path, uint mode);
}
