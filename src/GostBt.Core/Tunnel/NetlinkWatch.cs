using System.Runtime.InteropServices;

namespace GostBt.Tunnel;

/// <summary>The kernel's own notifications (netlink(7), rtnetlink(7)): devices, addresses, routes, rules, and nftables' rules; those of iptables-legacy are looked at twice a second. What they say is not read, only that there was one.</summary>
internal sealed class NetlinkWatch : INetworkWatch
{
    private const int FamilyNetlink = 16;
    private const int SocketRaw = 3;
    private const int CloseOnExec = 0x80000;
    private const int DontWait = 0x40;
    private const short PollIn = 1;
    private const int Patience = 500; // ms; how long its end may take, and no more than a sleeping thread
    private const int Route = 0;
    private const int Netfilter = 12;

    // RTNLGRP_ in linux/rtnetlink.h, each a bit: link, IPv4 address, route, rule, IPv6 address, route, rule.
    private const uint RouteGroups = 1 | (1 << 4) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 10) | (1 << 18);
    private const uint TablesGroup = 1 << 6; // NFNLGRP_NFTABLES

    // Lost notifications are made up for by a look without one.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly int _route;
    private readonly int _tables;
    private readonly LegacyTables _legacy = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly Thread _thread;
    private volatile bool _ended;

    private NetlinkWatch(int route, int tables)
    {
        _route = route;
        _tables = tables;
        _thread = new Thread(Listen) { IsBackground = true, Name = "netlink" };
        _thread.Start();
    }

    /// <returns>Null where the system has no such socket.</returns>
    public static NetlinkWatch? Open()
    {
        var route = Bound(Route, RouteGroups);
        return route < 0 ? null : new NetlinkWatch(route, Bound(Netfilter, TablesGroup));
    }

    /// <inheritdoc/>
    public Task ChangedAsync(CancellationToken cancellationToken) => _changed.WaitAsync(Longest, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _thread.Join();
        _ = Close(_route);
        _ = _tables < 0 ? 0 : Close(_tables);
        _legacy.Dispose();
        _changed.Dispose();
    }

    private static int Bound(int protocol, uint groups)
    {
        var socket = Socket(FamilyNetlink, SocketRaw | CloseOnExec, protocol);
        var address = new Address { Family = FamilyNetlink, Groups = groups };
        if (socket >= 0 && Bind(socket, ref address, Marshal.SizeOf<Address>()) != 0)
        {
            _ = Close(socket);
            return -1;
        }

        return socket;
    }

    private void Listen()
    {
        var buffer = new byte[16 * 1024];
        PollEntry[] sockets = [new() { Socket = _route, Events = PollIn }, new() { Socket = _tables, Events = PollIn }]; // poll(2) passes over a negative one
        while (!_ended)
        {
            if (Poll(sockets, (nuint)sockets.Length, Patience) <= 0 && !_legacy.Changed())
            {
                continue;
            }

            // All that came with it is the same change; an overrun buffer (ENOBUFS) is a change too, and reading tells no more.
            foreach (var entry in sockets)
            {
                while (entry.Socket >= 0 && Receive(entry.Socket, buffer, (nuint)buffer.Length, DontWait) > 0)
                {
                }
            }

            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Socket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "bind", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Bind(int socket, ref Address address, int length);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll([In, Out] PollEntry[] sockets, nuint count, int timeout);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Receive(int socket, byte[] buffer, nuint length, int flags);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);

    // sockaddr_nl
    [StructLayout(LayoutKind.Sequential)]
    private struct Address
    {
        public ushort Family;
        public ushort Padding;
        public uint Port;
        public uint Groups;
    }

    // pollfd
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Socket;
        public short Events;
        public short Happened;
    }
}
