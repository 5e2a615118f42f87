using System.Net;
using System.Net.NetworkInformation;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>This PC's sockets, as its system lists them.</summary>
internal static class HomeSockets
{
    /// <summary>The addresses something listens on.</summary>
    public static IReadOnlyList<IPAddress> ListeningOn(int port, PortProtocol protocol)
    {
        var properties = IPGlobalProperties.GetIPGlobalProperties();
        var all = protocol == PortProtocol.Tcp ? properties.GetActiveTcpListeners() : properties.GetActiveUdpListeners();
        return [.. all.Where(e => e.Port == port).Select(e => Plain(e.Address)).Distinct()];
    }

    /// <summary>The far ends of the connections to a port of ours.</summary>
    public static IReadOnlyList<IPEndPoint> ConnectedTo(IPAddress address, int port) =>
    [
        .. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Where(c => c.LocalEndPoint.Port == port && Plain(c.LocalEndPoint.Address).Equals(address))
            .Select(c => new IPEndPoint(Plain(c.RemoteEndPoint.Address), c.RemoteEndPoint.Port)),
    ];

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
