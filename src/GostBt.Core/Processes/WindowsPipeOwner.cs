using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Processes;

/// <summary>
/// Whose a named pipe is at whose other end this process hangs (GetSecurityInfo, aclapi.h). .NET checks it by itself (PipeOptions.CurrentUserOnly), .NET Framework, hence
/// Windows PowerShell 5.1, does not: there anybody could have made a pipe of that name first.
/// </summary>
internal static class WindowsPipeOwner
{
    private const int KernelObject = 6; // SE_KERNEL_OBJECT
    private const uint Owner = 1; // OWNER_SECURITY_INFORMATION

    /// <exception cref="UnauthorizedAccessException">It is another user's, or Windows does not tell whose.</exception>
    public static void RequireThisUser(SafePipeHandle pipe)
    {
        try
        {
            if (Of(pipe) is var owner && owner != WindowsToken.User && owner != WindowsToken.Owner)
            {
                throw new UnauthorizedAccessException("The pipe is another user's.");
            }
        }
        catch (Win32Exception e)
        {
            throw new UnauthorizedAccessException("Windows does not tell whose the pipe is.", e);
        }
    }

    /// <returns>The SID.</returns>
    /// <exception cref="Win32Exception">Windows does not tell.</exception>
    public static string Of(SafePipeHandle pipe)
    {
        var error = NativeMethods.GetSecurityInfo(pipe, KernelObject, Owner, out var owner, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out var descriptor);
        if (error != 0)
        {
            throw new Win32Exception(error);
        }

        try
        {
            return WindowsToken.TextOf(owner);
        }
        finally
        {
            _ = NativeMethods.LocalFree(descriptor);
        }
    }

    private static class NativeMethods
    {
        [DllImport("advapi32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern int GetSecurityInfo(SafePipeHandle handle, int kind, uint what, out IntPtr owner, IntPtr group, IntPtr access, IntPtr audit, out IntPtr descriptor);

        [DllImport("kernel32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern IntPtr LocalFree(IntPtr memory);
    }
}
