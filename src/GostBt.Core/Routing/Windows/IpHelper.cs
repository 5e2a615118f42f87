using System.Runtime.InteropServices;

namespace GostBt.Routing.Windows;

/// <summary>iphlpapi.dll (Windows Vista and later).</summary>
internal sealed class IpHelper : IIpHelper
{
    // MIB_…_TABLE: a count, then the rows at the alignment of their LUID.
    private const int FirstRow = 8;

    /// <inheritdoc/>
    public uint FindInterface(string alias, out ulong luid, out uint index)
    {
        index = 0;
        var error = NativeMethods.ConvertInterfaceAliasToLuid(alias, out luid);
        return error != 0 ? error : NativeMethods.ConvertInterfaceLuidToIndex(ref luid, out index);
    }

    /// <inheritdoc/>
    public uint ReadRoutes(ushort family, out ForwardRow[] rows) => Rows(NativeMethods.GetIpForwardTable2(family, out var table), table, out rows);

    /// <inheritdoc/>
    public uint CreateRoute(ref ForwardRow row) => NativeMethods.CreateIpForwardEntry2(ref row);

    /// <inheritdoc/>
    public uint DeleteRoute(ref ForwardRow row) => NativeMethods.DeleteIpForwardEntry2(ref row);

    /// <inheritdoc/>
    public uint ReadAddresses(ushort family, out AddressRow[] rows) => Rows(NativeMethods.GetUnicastIpAddressTable(family, out var table), table, out rows);

    /// <inheritdoc/>
    public uint CreateAddress(ref AddressRow row) => NativeMethods.CreateUnicastIpAddressEntry(ref row);

    /// <inheritdoc/>
    public uint DeleteAddress(ref AddressRow row) => NativeMethods.DeleteUnicastIpAddressEntry(ref row);

    /// <inheritdoc/>
    public uint ReadInterface(ref InterfaceRow row) => NativeMethods.GetIpInterfaceEntry(ref row);

    /// <inheritdoc/>
    public uint WriteInterface(ref InterfaceRow row) => NativeMethods.SetIpInterfaceEntry(ref row);

    private static uint Rows<T>(uint error, IntPtr table, out T[] rows)
        where T : struct
    {
        rows = [];
        if (error != 0)
        {
            return error;
        }

        try
        {
            rows = new T[Marshal.ReadInt32(table)];
            var size = Marshal.SizeOf<T>();
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = Marshal.PtrToStructure<T>(IntPtr.Add(table, FirstRow + (i * size)));
            }

            return 0;
        }
        finally
        {
            NativeMethods.FreeMibTable(table);
        }
    }

    private static class NativeMethods
    {
        private const string Library = "iphlpapi";

        [DllImport(Library, CharSet = CharSet.Unicode)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint ConvertInterfaceAliasToLuid(string alias, out ulong luid);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint ConvertInterfaceLuidToIndex(ref ulong luid, out uint index);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint GetIpForwardTable2(ushort family, out IntPtr table);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint GetUnicastIpAddressTable(ushort family, out IntPtr table);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern void FreeMibTable(IntPtr table);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint CreateIpForwardEntry2(ref ForwardRow row);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint DeleteIpForwardEntry2(ref ForwardRow row);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint CreateUnicastIpAddressEntry(ref AddressRow row);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint DeleteUnicastIpAddressEntry(ref AddressRow row);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint GetIpInterfaceEntry(ref InterfaceRow row);

        [DllImport(Library)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        internal static extern uint SetIpInterfaceEntry(ref InterfaceRow row);
    }
}
