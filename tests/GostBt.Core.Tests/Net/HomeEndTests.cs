using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Core.Tests.Net;

public sealed class HomeEndTests
{
    [Fact]
    public async Task What_is_left_of_earlier_connections_is_not_taken_for_the_probe_s()
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        client.Listen();
        var port = ((IPEndPoint)client.LocalEndPoint!).Port;
        using var earlier = await ConnectAsync(port);

        using var home = HomeEnd.Open(IPAddress.Loopback, [new PublishedPort(port, PortProtocol.Tcp)], ProbeSignature.Create(), listen: true);
        Assert.Null(await SeenAsync(home, port));

        using var probe = await ConnectAsync(port);
        Assert.Equal(probe.LocalEndPoint, await SeenAsync(home, port));
    }

    private static async Task<IPEndPoint?> SeenAsync(HomeEnd home, int port)
    {
        using var watch = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await home.WatchAsync(watch.Token);
        return home.ConnectionOf(port, source: null, IPAddress.Loopback);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }
}
