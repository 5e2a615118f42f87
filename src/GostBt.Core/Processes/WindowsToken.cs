using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GostBt.Processes;

/// <summary>What Windows' access token says of this process (advapi32). SIDs are text, such as <c>S-1-5-18</c>.</summary>
internal static class WindowsToken
{
    private const uint Query = 0x0008; // TOKEN_QUERY

    // TOKEN_INFORMATION_CLASS
    private const int TokenUser = 1;
    private const int TokenOwner = 4;
    private const int TokenElevation = 20;

    private static readonly IntPtr ThisProcess = new(-1);

    /// <summary>Whether it has an administrator's rights (TOKEN_ELEVATION).</summary>
    /// <exception cref="Win32Exception">Windows refuses to tell.</exception>
    public static bool IsElevated => Read(TokenElevation, Marshal.ReadInt32) != 0;

    /// <summary>The user's SID.</summary>
    /// <exception cref="Win32Exception">Windows refuses to tell.</exception>
    public static string User => Read(TokenUser, SidAt);

    /// <summary>Who owns what this process makes: the user, or the administrators where it is elevated.</summary>
    /// <exception cref="Win32Exception">Windows refuses to tell.</exception>
    public static string Owner => Read(TokenOwner, SidAt);

    /// <summary>A SID as text.</summary>
    /// <exception cref="Win32Exception">It is none.</exception>
    public static string TextOf(IntPtr sid)
    {
        Check(NativeMethods.ConvertSidToStringSid(sid, out var text));
        try
        {
            return Marshal.PtrToStringUni(text)!;
        }
        finally
        {
            _ = NativeMethods.LocalFree(text);
        }
    }

    // TOKEN_USER and TOKEN_OWNER begin with the pointer to the SID.
    private static string SidAt(IntPtr buffer) => TextOf(Marshal.ReadIntPtr(buffer));

    private static T Read<T>(int kind, Func<IntPtr, T> read)
    {
        Check(NativeMethods.OpenProcessToken(ThisProcess, Query, out var token));
        var buffer = IntPtr.Zero;
        try
        {
            _ = NativeMethods.GetTokenInformation(token, kind, IntPtr.Zero, 0, out var size);
            buffer = Marshal.AllocHGlobal(size);
            Check(NativeMethods.GetTokenInformation(token, kind, buffer, size, out _));
            return read(buffer);
        }
        finally
        {
            Marshal.FreeHGlobal(buffer);
            _ = NativeMethods.CloseHandle(token);
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
        [DllImport("advapi32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool OpenProcessToken(IntPtr process, uint access, out IntPtr token);

        [DllImport("advapi32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool GetTokenInformation(IntPtr token, int kind, IntPtr buffer, int size, out int needed);

        [DllImport("advapi32", EntryPoint = "ConvertSidToStringSidW", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool ConvertSidToStringSid(IntPtr sid, out IntPtr text);

        [DllImport("kernel32", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CloseHandle(IntPtr handle);

        [DllImport("kernel32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern IntPtr LocalFree(IntPtr memory);
    }
}
