using System.Net;
using System.Net.Sockets;

namespace GostBt.Wine.Tests.Raising;

/// <summary>TCP ports of loopback.</summary>
internal static class LoopbackPort
{
    /// <summary>One that nobody listens on.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
