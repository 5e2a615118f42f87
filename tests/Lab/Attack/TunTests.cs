using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Probe;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Attack;

/// <summary>The tunnel's inside: nobody gets in but by a published port, and whoever has the credentials sends under its own address only.</summary>
[Collection(RunningCollection.Name)]
public sealed class TunTests(RunningFixture fixture)
{
    private const string Home = "192.168.123.2";
    private const string Intruder = "192.168.123.77";

    [SkippableFact]
    public async Task A_neighbour_of_the_server_who_routes_to_the_tunnel_reaches_nothing()
    {
        var lab = fixture.Lab;
        (await lab.ShAsync("backbone", $"ip route add 192.168.123.0/24 via {lab.Facts.VpsAddress}")).Succeeded();
        try
        {
            using var unpublished = Bound(SocketType.Stream, 9000);
            using var published = Bound(SocketType.Stream, 6666);
            unpublished.Listen();
            published.Listen();

            foreach (var port in new[] { 5522, 9000, 6666 })
            {
                Assert.True(await ConnectsAsync("home", Home, port), $"nothing listens on {port}");
                Assert.False(await ConnectsAsync("backbone", Home, port), $"{Home}:{port}");
            }

            foreach (var port in new[] { 5522, 8421, 9000 })
            {
                Assert.False(await ConnectsAsync("backbone", "192.168.123.1", port), $"192.168.123.1:{port}");
            }
        }
        finally
        {
            (await lab.ShAsync("backbone", "ip route del 192.168.123.0/24")).Succeeded();
        }
    }

    [SkippableFact]
    public async Task A_stolen_login_cannot_send_under_another_address()
    {
        var lab = fixture.Lab;
        var login = fixture.Login;
        using var atHome = Bound(SocketType.Dgram, 6666);
        using var atPeer = NodeSocket.Create(lab, "peer1", SocketType.Dgram, AddressFamily.InterNetwork);
        atPeer.Bind(new IPEndPoint(IPAddress.Any, 6666));
        await using var relay = await RelayAttacker.DialAsync(lab);
        Assert.Equal(RelayAttacker.Ok, await relay.AskAsync(RelayAttacker.ConnectUdp, login, RelayAttacker.Address("127.0.0.1", 8421)));

        // Before it says who it is it is nobody.
        await relay.SendDatagramAsync(Udp(Intruder, Home, "unannounced"u8));
        await relay.AnnounceAsync(Intruder);

        foreach (var source in new[] { "192.168.123.1", "192.168.123.3", lab.Facts.AddressOf("tracker"), "10.1.2.3", "127.0.0.1" })
        {
            await relay.SendDatagramAsync(Udp(source, Home, "spoofed"u8));
            await relay.SendDatagramAsync(Udp(source, lab.Facts.AddressOf("peer1"), "spoofed"u8));
        }

        await relay.SendDatagramAsync(Udp(Intruder, lab.Facts.AddressOf("peer1"), "not home"u8));
        await relay.SendDatagramAsync(Udp(Intruder, Home, "own"u8));

        // Only what it sent under its own address arrives, which also shows that what was sent before would have.
        Assert.Equal(["own"], await AllAsync(atHome));
        Assert.Empty(await AllAsync(atPeer));
    }

    // From and to a published port.
    private static byte[] Udp(string source, string destination, ReadOnlySpan<byte> data) =>
        RawPacket.Udp(new IPEndPoint(IPAddress.Parse(source), 6666), new IPEndPoint(IPAddress.Parse(destination), 6666), data);

    private static async Task<List<string>> AllAsync(Socket socket)
    {
        var all = new List<string>();
        var buffer = new byte[2048];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            while (true) all.Add(System.Text.Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, deadline.Token)));
        }
        catch (OperationCanceledException)
        {
            return all;
        }
    }

    private Socket Bound(SocketType type, int port)
    {
        var socket = NodeSocket.Create(fixture.Lab, "home", type, AddressFamily.InterNetwork);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Home), port));
        return socket;
    }

    private async Task<bool> ConnectsAsync(string from, string address, int port)
    {
        using var socket = NodeSocket.Create(fixture.Lab, from, SocketType.Stream, AddressFamily.InterNetwork);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port), deadline.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
