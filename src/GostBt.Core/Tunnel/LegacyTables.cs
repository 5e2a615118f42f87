using System.Runtime.InteropServices;

namespace GostBt.Tunnel;

/// <summary>
/// How many rules the filter tables of iptables-legacy have, which the kernel tells nobody of when they change: IPT_SO_GET_INFO (linux/netfilter_ipv4/ip_tables.h) costs no process and no listing.
/// Tables that are not there are not asked for, because that would make them.
/// </summary>
internal sealed class LegacyTables : IDisposable
{
    private const int RawIP = 255;
    private const int SocketRaw = 3;
    private const int CloseOnExec = 0x80000;
    private const int GetInfo = 64; // the same for IPv6
    private const int InfoSize = 84; // name[32], valid_hooks, hook_entry[5], underflow[5], num_entries, size
    private const int EntriesAt = 76;

    private static readonly byte[] Filter = [(byte)'f', (byte)'i', (byte)'l', (byte)'t', (byte)'e', (byte)'r'];

    private readonly (string Names, int Socket, int Level)[] _families =
    [
        ("/proc/net/ip_tables_names", Socket(2, SocketRaw | CloseOnExec, RawIP), 0),
        ("/proc/net/ip6_tables_names", Socket(10, SocketRaw | CloseOnExec, RawIP), 41),
    ];

    private (ulong Four, ulong Six) _seen;

    public LegacyTables() => _seen = Look();

    /// <summary>Whether they have other rules than at the last look, as far as number and size tell.</summary>
    public bool Changed()
    {
        var now = Look();
        var changed = now != _seen;
        _seen = now;
        return changed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, socket, _) in _families)
        {
            _ = socket < 0 ? 0 : Close(socket);
        }
    }

    private (ulong Four, ulong Six) Look() => (Look(_families[0]), Look(_families[1]));

    private static ulong Look((string Names, int Socket, int Level) family)
    {
        try
        {
            if (family.Socket < 0 || !File.Exists(family.Names) || !File.ReadAllLines(family.Names).Contains("filter"))
            {
                return 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }

        var info = new byte[InfoSize];
        Filter.CopyTo(info, 0);
        var length = InfoSize;
        return GetOption(family.Socket, family.Level, GetInfo, info, ref length) == 0 ? BitConverter.ToUInt64(info, EntriesAt) : 0;
    }

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Socket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetOption(int socket, int level, int name, [In, Out] byte[] value, ref int length);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
