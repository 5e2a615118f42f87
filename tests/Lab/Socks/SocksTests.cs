using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Socks;

/// <summary>What only a machine without routes shows of the bundled SOCKS5.</summary>
[Collection(AloneCollection.Name)]
public sealed class SocksTests
{
    private const byte Connect = 1;
    private const byte Associate = 3;
    private const int SocketLevel = 1;
    private const int BindToDevice = 25;
    private static readonly byte[] Anywhere = IsolatedHome.Address("0.0.0.0", 0);

    [SkippableFact]
    public async Task Unroutable_datagrams_do_not_end_an_association()
    {
        Skip.If(IsolatedHome.Obstacle is not null, IsolatedHome.Obstacle);
        await using var home = await IsolatedHome.RaiseAsync();
        using var echo = Bound(home, IPAddress.Loopback);
        using var client = Bound(home, IPAddress.Loopback);
        var (control, _, port) = await home.AskAsync(IPAddress.Loopback, Associate, Anywhere);
        using var connection = control;
        var proxy = new IPEndPoint(IPAddress.Loopback, port);
        Assert.True(Answers(client, echo, proxy));

        // gost 3.2.6 never answers again after the first of these.
        foreach (var (address, bad) in new[] { ("198.51.100.9", 6881), ("255.255.255.255", 6881), ("127.0.0.1", 0), ("2001:db8::1", 6881), ("127.0.0.1", 1) })
        {
            client.SendTo([0, 0, 0, .. IsolatedHome.Address(address, bad), 1], proxy);
            Assert.True(Answers(client, echo, proxy), $"dead after a datagram to {address} port {bad}");
        }
    }

    [SkippableTheory]
    [InlineData("2001:db8::1")]
    [InlineData("198.51.100.9")]
    public async Task A_network_without_a_route_is_said_to_be_unreachable(string address)
    {
        Skip.If(IsolatedHome.Obstacle is not null, IsolatedHome.Obstacle);
        await using var home = await IsolatedHome.RaiseAsync();

        var (connection, reply, _) = await home.AskAsync(IPAddress.Loopback, Connect, IsolatedHome.Address(address, 80));

        connection.Dispose();
        Assert.Equal(3, reply);
    }

    /// <summary>libtorrent binds each UDP socket to its device; answers must come from the address it sent to.</summary>
    [SkippableFact]
    public async Task A_client_bound_to_the_tunnels_device_is_answered()
    {
        Skip.If(IsolatedHome.Obstacle is not null, IsolatedHome.Obstacle);
        await using var home = await IsolatedHome.RaiseAsync();
        using var echo = Bound(home, IPAddress.Loopback);
        using var client = home.Socket(SocketType.Dgram);
        client.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(IsolatedHome.Device));
        client.Bind(new IPEndPoint(IsolatedHome.TunnelAddress, 0));

        var (control, reply, port) = await home.AskAsync(IsolatedHome.TunnelAddress, Associate, Anywhere);

        using var connection = control;
        Assert.Equal(0, reply);
        Assert.True(Answers(client, echo, new IPEndPoint(IsolatedHome.TunnelAddress, port)));
    }

    private static Socket Bound(IsolatedHome home, IPAddress address)
    {
        var socket = home.Socket(SocketType.Dgram);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    // One datagram to the echo and back through the proxy.
    private static bool Answers(Socket client, Socket echo, IPEndPoint proxy)
    {
        var buffer = new byte[100];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        client.SendTo([0, 0, 0, .. IsolatedHome.Address("127.0.0.1", ((IPEndPoint)echo.LocalEndPoint!).Port), 42], proxy);
        if (!echo.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead))
        {
            return false;
        }

        echo.SendTo(buffer.AsSpan(0, echo.ReceiveFrom(buffer, ref from)), SocketFlags.None, from);
        return client.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead) && client.Receive(buffer) == 11 && buffer[10] == 42;
    }
}
