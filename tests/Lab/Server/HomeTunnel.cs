using System.Net;
using System.Net.Sockets;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Server;

/// <summary>The tunnel of the profile "home", started by <c>gostbt</c> in the lab's home; disposing of it stops it.</summary>
internal sealed class HomeTunnel : IAsyncDisposable
{
    /// <summary>The PC's address in it.</summary>
    public const string Client = "192.168.123.2";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Deployment _home;

    private HomeTunnel(Deployment home) => _home = home;

    private RaisedLab Lab => _home.Lab;

    public static async Task<HomeTunnel> StartAsync(Deployment home)
    {
        var tunnel = new HomeTunnel(home);
        (await tunnel.GostBtAsync("start")).Succeeded();
        return tunnel;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await GostBtAsync("down");

    /// <summary>A peer reaches the published port over TCP and UDP, and is seen with its own address.</summary>
    public async Task IsReachedAsync(int port = 6666)
    {
        using var client = Witness.Start(Lab, "home", port, Client);
        var peer = Lab.Facts.AddressOf("peer1");
        await Tunnel.TunnelFixture.EventuallyAsync(
            async () => (await Witness.AskTcpAsync(Lab, "peer1", Lab.Facts.VpsAddress, port))?.Address.ToString() == peer, Patience, "a peer is seen over TCP");
        await Tunnel.TunnelFixture.EventuallyAsync(
            async () => (await Witness.AskUdpAsync(Lab, "peer1", Lab.Facts.VpsAddress, port))?.Address.ToString() == peer, Patience, "a peer is seen over UDP");
    }

    /// <summary>How a peer sees home's port that asks it over UDP; null when no answer came.</summary>
    public Task<IPEndPoint?> SeenFromAsync(int port) =>
        Witness.HowSeenAsync(Lab, new IPEndPoint(IPAddress.Parse(Client), port), "peer1", Lab.Facts.AddressOf("peer1"));

    /// <summary>A peer's connection to home through the published port: both ends.</summary>
    public async Task<(Socket Peer, Socket Home)> ConnectAsync(int port)
    {
        using var listener = NodeSocket.Create(Lab, "home", SocketType.Stream, AddressFamily.InterNetwork);
        listener.Bind(new IPEndPoint(IPAddress.Parse(Client), port));
        listener.Listen();
        var peer = NodeSocket.Create(Lab, "peer1", SocketType.Stream, AddressFamily.InterNetwork);
        await peer.ConnectAsync(new IPEndPoint(IPAddress.Parse(Lab.Facts.VpsAddress), port)).WaitAsync(Patience);
        return (peer, await listener.AcceptAsync().WaitAsync(Patience));
    }

    /// <summary>Whether a byte that one end sends arrives at the other within <paramref name="patience"/>.</summary>
    public static async Task<bool> PassesAsync(Socket from, Socket to, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        await from.SendAsync("!"u8.ToArray());
        try
        {
            return await to.ReceiveAsync(new byte[1], deadline.Token) == 1;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Task<CommandResult> GostBtAsync(string command) =>
        Lab.ExecAsync("home", ["env", $"GOSTBT_HOME={_home.Folder}", PublishedHost.Path, command, "home"]);
}
