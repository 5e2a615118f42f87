using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GostBt.Profiles;

/// <summary>
/// DPAPI in the scope of the current user (CryptProtectData, dpapi.h): the same user reads it on the same PC, in a scheduled task, too. LocalSystem and other users do not.
/// </summary>
internal sealed class WindowsDataProtection : IDataProtection
{
    private const uint NeverAsk = 0x1; // CRYPTPROTECT_UI_FORBIDDEN

    /// <inheritdoc/>
    public byte[] Protect(byte[] plain) => Transform(
        plain, (ref Blob from, out Blob to) => NativeMethods.CryptProtectData(ref from, "GostBt", IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, NeverAsk, out to));

    /// <inheritdoc/>
    public byte[] Unprotect(byte[] sealedBytes) => Transform(
        sealedBytes, (ref Blob from, out Blob to) => NativeMethods.CryptUnprotectData(ref from, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, NeverAsk, out to));

    private static byte[] Transform(byte[] bytes, Call call)
    {
        var pinned = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        try
        {
            var from = new Blob { Length = bytes.Length, Bytes = pinned.AddrOfPinnedObject() };
            if (!call(ref from, out var to))
            {
                throw new Win32Exception();
            }

            try
            {
                var result = new byte[to.Length];
                Marshal.Copy(to.Bytes, result, 0, to.Length);
                Marshal.Copy(new byte[to.Length], 0, to.Bytes, to.Length);
                return result;
            }
            finally
            {
                _ = NativeMethods.LocalFree(to.Bytes);
            }
        }
        finally
        {
            pinned.Free();
        }
    }

    private delegate bool Call(ref Blob from, out Blob to);

    /// <summary>DATA_BLOB.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Blob
    {
        public int Length;
        public IntPtr Bytes;
    }

    private static class NativeMethods
    {
        [DllImport("crypt32", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CryptProtectData(ref Blob plain, string description, IntPtr entropy, IntPtr reserved, IntPtr prompt, uint flags, out Blob result);

        [DllImport("crypt32", CharSet = CharSet.Unicode, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static extern bool CryptUnprotectData(ref Blob protectedBytes, IntPtr description, IntPtr entropy, IntPtr reserved, IntPtr prompt, uint flags, out Blob result);

        [DllImport("kernel32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern IntPtr LocalFree(IntPtr memory);
    }
}
