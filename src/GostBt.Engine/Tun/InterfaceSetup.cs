using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GostBt.Engine.Tun;

/// <summary>Addresses, MTU and state of a Linux interface, by rtnetlink (man 7 rtnetlink).</summary>
internal static unsafe class InterfaceSetup
{
    private const int FamilyNetlink = 16;
    private const int SocketRawCloseOnExec = 3 | 0x80000;
    private const ushort NewLink = 16;
    private const ushort NewAddress = 20;
    private const ushort FlagReplaceOrCreate = 0x100 | 0x400;
    private const ushort LinkMtu = 4;
    private const ushort AddressAddress = 1;
    private const ushort AddressLocal = 2;
    private const byte AddressNoDuplicateDetection = 0x02;
    private const int LinkUp = 1;
    private const int AddressFamilyInet = 2;
    private const int AddressFamilyInet6 = 10;

    /// <summary>Sets the MTU, adds the addresses, brings the interface up.</summary>
    /// <exception cref="Model.GostBtException">The kernel refuses; the message names the step.</exception>
    internal static void Apply(string name, IReadOnlyList<TunNetwork> networks, int mtu, Action<string> skipped)
    {
        var index = (int)LinuxCalls.InterfaceIndex(name);
        using var socket = LinuxCalls.OpenSocket(FamilyNetlink, SocketRawCloseOnExec, 0);
        if (socket.IsInvalid)
        {
            throw TunErrors.Refused("a netlink socket", name, Marshal.GetLastPInvokeError());
        }

        var error = Request(socket, Link(index, up: false).With(LinkMtu, mtu));
        if (error != 0)
        {
            throw TunErrors.Refused($"an MTU of {mtu}", name, error);
        }

        foreach (var network in networks)
        {
            error = Request(socket, Address(index, network));
            if (error == 0)
            {
                continue;
            }

            if (network.Address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                throw TunErrors.Refused($"the address {network}", name, error);
            }

            // IPv6 switched off (sysctl disable_ipv6, ipv6.disable=1) is a choice of the system; IPv4 still works.
            skipped($"the address {network} is not set, IPv6 seems to be off here: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        error = Request(socket, Link(index, up: true));
        if (error != 0)
        {
            throw TunErrors.Refused("bringing it up", name, error);
        }
    }

    // struct ifinfomsg: family, padding, type, index, flags, mask of flags to change.
    private static RouteMessage Link(int index, bool up)
    {
        Span<byte> link = stackalloc byte[16];
        link.Clear();
        MemoryMarshal.Write(link[4..], in index);
        var flags = up ? LinkUp : 0;
        MemoryMarshal.Write(link[8..], in flags);
        MemoryMarshal.Write(link[12..], in flags);
        return new RouteMessage(NewLink, 0, link);
    }

    // struct ifaddrmsg: family, prefix length, flags, scope, index.
    private static RouteMessage Address(int index, TunNetwork network)
    {
        var bytes = network.Address.GetAddressBytes();
        Span<byte> address = stackalloc byte[8];
        address.Clear();
        address[0] = bytes.Length == 4 ? (byte)AddressFamilyInet : (byte)AddressFamilyInet6;
        address[1] = (byte)network.PrefixLength;
        address[2] = bytes.Length == 4 ? (byte)0 : AddressNoDuplicateDetection;
        MemoryMarshal.Write(address[4..], in index);
        return new RouteMessage(NewAddress, FlagReplaceOrCreate, address).With(AddressLocal, bytes).With(AddressAddress, bytes);
    }

    /// <returns>0, or the kernel's error number.</returns>
    private static int Request(SafeFileHandle socket, RouteMessage message)
    {
        Span<byte> answer = stackalloc byte[4096];
        var request = message.Finish();
        fixed (byte* start = request)
        {
            if (LinuxCalls.Write(socket, start, (nuint)request.Length) < 0)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        fixed (byte* start = answer)
        {
            // NLMSG_ERROR carries 0 (an acknowledgement) or the negated error right after its header.
            return LinuxCalls.Read(socket, start, (nuint)answer.Length) < 20
                ? Marshal.GetLastPInvokeError()
                : -MemoryMarshal.Read<int>(answer[16..]);
        }
    }
}
