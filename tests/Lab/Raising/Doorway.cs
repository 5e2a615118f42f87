using System.Net;
using System.Net.Sockets;

namespace GostBt.Lab.Tests.Raising;

/// <summary>A port of this machine's loopback that leads to one in the lab, for what makes its own sockets.</summary>
internal sealed class Doorway : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<Socket> _create;
    private readonly IPEndPoint _to;
    private readonly Task _accepting;

    private Doorway(TcpListener listener, Func<Socket> create, IPEndPoint to)
    {
        _listener = listener;
        _create = create;
        _to = to;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it begins: on the loopback address of the same family as where it leads.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <param name="create">Makes the sockets that go on, in a node.</param>
    /// <param name="host">The address it leads to.</param>
    /// <param name="port">The port it leads to.</param>
    public static Doorway Open(Func<Socket> create, string host, int port)
    {
        var to = new IPEndPoint(IPAddress.Parse(host), port);
        var listener = new TcpListener(to.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0);
        listener.Start();
        return new Doorway(listener, create, to);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private static async Task CarryAsync(Socket from, Socket to, CancellationTokenSource ending)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await from.ReceiveAsync(buffer, ending.Token)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), ending.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone; so is the other now.
            await ending.CancelAsync();
        }
    }

    private async Task AcceptAsync()
    {
        var carrying = new List<Task>();
        try
        {
            while (true)
            {
                carrying.Add(LeadAsync(await _listener.AcceptSocketAsync(_closing.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(carrying);
        }
    }

    private async Task LeadAsync(Socket inside)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        using var outside = _create();
        using (inside)
        {
            try
            {
                await outside.ConnectAsync(_to, _closing.Token);
                await Task.WhenAll(CarryAsync(inside, outside, ending), CarryAsync(outside, inside, ending));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Nobody answers there; whoever came in sees the connection close.
            }
        }
    }
}
