using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Addresses;

/// <summary>This machine's own addresses.</summary>
internal static class OwnAddresses
{
    private const int DiscardPort = 9;

    /// <summary>Whether an address is one of this machine's; asked of the system, because addresses come and go with devices.</summary>
    internal static bool Contains(IPAddress address)
    {
        var plain = Ipv4Forms.Plain(address);
        if (IPAddress.IsLoopback(plain))
        {
            return true;
        }

        try
        {
            // To an address of its own a machine speaks from that very address; nothing is sent. Whether it can be bound would tell less: with ip_nonlocal_bind any can.
            using var socket = new Socket(plain.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(plain, DiscardPort));
            return ((IPEndPoint)socket.LocalEndPoint!).Address.Equals(plain);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
