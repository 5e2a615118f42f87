using System.ComponentModel;
using System.Runtime.InteropServices;
using GostBt.Model;
using GostBt.Processes;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Profiles;

/// <summary>
/// The access list of a folder on Windows: the current user, SYSTEM and administrators, nothing inherited from above; what is in it takes after it. By
/// advapi32, because .NET Standard 2.0 has no access lists.
/// </summary>
internal static class WindowsFolderAccess
{
    private const string Elsewhere = "Set GOSTBT_HOME to a folder of your own.";

    private const int FileObject = 1; // SE_FILE_OBJECT
    private const uint OwnerPart = 0x00000001; // OWNER_SECURITY_INFORMATION
    private const uint Dacl = 0x00000004; // DACL_SECURITY_INFORMATION
    private const uint ProtectedDacl = 0x80000000; // PROTECTED_DACL_SECURITY_INFORMATION
    private const uint Revision = 1; // SDDL_REVISION_1
    private const int NotSupported = 50; // ERROR_NOT_SUPPORTED

    private const uint ReadControl = 0x00020000; // READ_CONTROL
    private const uint ShareAll = 7;
    private const uint OpenExisting = 3;
    private const uint Folders = 0x02000000; // FILE_FLAG_BACKUP_SEMANTICS
    private const uint LinksThemselves = 0x00200000; // FILE_FLAG_OPEN_REPARSE_POINT
    private const uint HasAccessLists = 0x00000008; // FILE_PERSISTENT_ACLS

    // ACL and ACE (winnt.h); of the kinds that allow something, these have the user after the rights.
    private const int CountAt = 4;
    private const int RightsAt = 4;
    private const int UserAt = 8;
    private static readonly byte[] Allowing = [0x0, 0x9]; // ACCESS_ALLOWED_ACE, and with a condition
    private static readonly byte[] NotAllowing = [0x1, 0x6, 0xA, 0xC]; // ACCESS_DENIED_ACE and its like

    /// <summary>Gives a folder that list.</summary>
    /// <exception cref="IOException">Windows refuses. A file system without access lists, such as FAT, is left as it is.</exception>
    public static void Restrict(string folder)
    {
        try
        {
            Apply(folder, $"D:P(A;OICI;FA;;;{WindowsToken.User})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)");
        }
        catch (Win32Exception e) when (e.NativeErrorCode != NotSupported)
        {
            throw new IOException($"The access list of '{folder}' cannot be set (error {e.NativeErrorCode} of Windows).", e);
        }
        catch (Win32Exception)
        {
            // As said above.
        }
    }

    /// <summary>Makes a folder that is there already this user's alone, unless somebody else has it.</summary>
    /// <exception cref="GostBtException">
    /// <see cref="GostBtFailure.Conflict"/>: it, or the link that leads to it, is another user's, or others may write there and that cannot be changed.
    /// </exception>
    /// <exception cref="IOException">Windows refuses to change it.</exception>
    public static void Claim(string folder)
    {
        var user = WindowsToken.User;
        foreach (var flags in new[] { LinksThemselves, 0u })
        {
            if (Of(folder, flags) is { } found && !found.IsOf(user))
            {
                throw new GostBtException(
                    GostBtFailure.Conflict,
                    $"The folder {folder} belongs to another user ({found.Owner}), who could change what is kept there.",
                    $"If it is yours, run as administrator: icacls \"{folder}\" /setowner \"{Environment.UserName}\" /T. Else: {Elsewhere}");
            }
        }

        if (Of(folder, 0)?.IsOpen(user) == true)
        {
            Restrict(folder);
            if (Of(folder, 0)?.IsWritable(user) == true)
            {
                throw new GostBtException(GostBtFailure.Conflict, $"Others may write in the folder {folder}, and so change what is kept there.", Elsewhere);
            }
        }
    }

    /// <summary>Whose a folder is and whom it lets in; null on a file system without access lists.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="flags"><see cref="LinksThemselves"/> looks at a link, not at what it leads to.</param>
    /// <exception cref="GostBtException">Windows does not tell.</exception>
    private static FolderAccess? Of(string folder, uint flags)
    {
        using var handle = NativeMethods.CreateFile(folder, ReadControl, ShareAll, IntPtr.Zero, OpenExisting, Folders | flags, IntPtr.Zero);
        if (handle.IsInvalid)
        {
            throw NotTold(folder, Marshal.GetLastWin32Error());
        }

        if (NativeMethods.GetVolumeInformationByHandle(handle, IntPtr.Zero, 0, IntPtr.Zero, IntPtr.Zero, out var features, IntPtr.Zero, 0)
            && (features & HasAccessLists) == 0)
        {
            return null;
        }

        var error = NativeMethods.GetSecurityInfo(
            handle, FileObject, OwnerPart | Dacl, out var owner, IntPtr.Zero, out var list, IntPtr.Zero, out var descriptor);
        if (error != 0)
        {
            throw NotTold(folder, error);
        }

        try
        {
            return new FolderAccess(WindowsToken.TextOf(owner), list == IntPtr.Zero ? null : Entries(list));
        }
        finally
        {
            _ = NativeMethods.LocalFree(descriptor);
        }
    }

    private static GostBtException NotTold(string folder, int error) =>
        new(GostBtFailure.Conflict, $"Windows does not tell whose the folder {folder} is (error {error}): it is likely another user's.", Elsewhere);

    private static List<FolderAccess.Entry> Entries(IntPtr list)
    {
        var entries = new List<FolderAccess.Entry>();
        for (var index = 0; index < (ushort)Marshal.ReadInt16(list, CountAt); index++)
        {
            Check(NativeMethods.GetAce(list, index, out var entry));
            var kind = Marshal.ReadByte(entry);
            if (!NotAllowing.Contains(kind))
            {
                // Of a kind that is not known everything may be true.
                entries.Add(Allowing.Contains(kind)
                    ? new FolderAccess.Entry(WindowsToken.TextOf(IntPtr.Add(entry, UserAt)), (uint)Marshal.ReadInt32(entry, RightsAt))
                    : new FolderAccess.Entry(string.Empty, uint.MaxValue));
            }
        }

        return entries;
    }

    // Handed on to what is in the folder, too.
    private static void Apply(string folder, string text)
    {
        Check(NativeMethods.ConvertStringSecurityDescriptorToSecurityDescriptor(text, Revision, out var descriptor, IntPtr.Zero));
        try
        {
            Check(NativeMethods.GetSecurityDescriptorDacl(descriptor, out _, out var list, out _));
            var error = NativeMethods.SetNamedSecurityInfo(folder, FileObject, Dacl | ProtectedDacl, IntPtr.Zero, IntPtr.Zero, list, IntPtr.Zero);
            if (error != 0)
            {
                throw new Win32Exception(error);
            }
        }
        finally
        {
            _ = NativeMethods.LocalFree(descriptor);
        }
    }

    private static void Check(bool done)
    {
        if (!done)
        {
            throw new Win32Exception();
        }
    }

    private static class NativeMethods
    {
        [DllImport("advapi32", EntryPoint = "ConvertStringSecurityDescriptorToSecurityDescriptorW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool ConvertStringSecurityDescriptorToSecurityDescriptor(string text, uint revision, out IntPtr descriptor, IntPtr size);

        [DllImport("advapi32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool GetSecurityDescriptorDacl(
            IntPtr descriptor, [MarshalAs(UnmanagedType.Bool)] out bool present, out IntPtr list, [MarshalAs(UnmanagedType.Bool)] out bool defaulted);

        [DllImport("advapi32", EntryPoint = "SetNamedSecurityInfoW", CharSet = CharSet.Unicode)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int SetNamedSecurityInfo(string name, int kind, uint what, IntPtr owner, IntPtr group, IntPtr access, IntPtr audit);

        [DllImport("advapi32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int GetSecurityInfo(
            SafeFileHandle handle, int kind, uint what, out IntPtr owner, IntPtr group, out IntPtr access, IntPtr audit, out IntPtr descriptor);

        [DllImport("advapi32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool GetAce(IntPtr list, int index, out IntPtr entry);

        [DllImport("kernel32", EntryPoint = "CreateFileW", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern SafeFileHandle CreateFile(
            string name, uint access, uint share, IntPtr attributes, uint disposition, uint flags, IntPtr template);

        [DllImport("kernel32", EntryPoint = "GetVolumeInformationByHandleW", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool GetVolumeInformationByHandle(
            SafeFileHandle handle, IntPtr name, int nameLength, IntPtr serial, IntPtr longest, out uint features, IntPtr system, int systemLength);

        [DllImport("kernel32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern IntPtr LocalFree(IntPtr memory);
    }
}
