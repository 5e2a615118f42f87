using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Carriers;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests.Routing;

/// <summary>A connection of which one leg breaks: what was cut short must not look complete at the other end.</summary>
public sealed class BrokenCarrierTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TestCertificate _certificate = new();
    private readonly TcpListener _destination = new(IPAddress.Loopback, 0);

    public BrokenCarrierTests() => _destination.Start();

    private int Port => ((IPEndPoint)_destination.LocalEndpoint).Port;

    public void Dispose()
    {
        _destination.Dispose();
        _certificate.Dispose();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task A_carrier_that_is_reset_resets_both_ends(string carrier)
    {
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate));
        using var line = new Line(far.Port("relay"));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, line.Port, _certificate));
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", Port);
        using var server = await _destination.AcceptSocketAsync();
        await server.SendAsync(new byte[1000]);
        await client.Stream.ReadExactlyAsync(new byte[1000]).AsTask().WaitAsync(Limit);

        line.Reset();

        Assert.Equal(SocketError.ConnectionReset, await EndOfAsync(client.Stream.Socket));
        Assert.Equal(SocketError.ConnectionReset, await EndOfAsync(server));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("wss")]
    public async Task A_destination_that_resets_resets_the_client(string carrier)
    {
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate));
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", Port);
        var server = await _destination.AcceptSocketAsync();

        server.Close(timeout: 0);

        Assert.Equal(SocketError.ConnectionReset, await EndOfAsync(client.Stream.Socket));
    }

    // As a server does that closes with a request unread: a reset throws away what its own system has, and nothing of what ours has by then.
    [Theory]
    [InlineData("tcp")]
    [InlineData("wss")]
    public async Task What_a_destination_said_before_it_resets_arrives_before_the_reset(string carrier)
    {
        const int Said = 256 * 1024;
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate));
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", Port);
        client.Stream.Socket.ReceiveBufferSize = 4096;
        var server = await _destination.AcceptSocketAsync();
        for (var sent = 0; sent < Said;)
        {
            sent += await server.SendAsync(new byte[Said - sent]).WaitAsync(Limit);
        }

        // All of it is on its way to a client that does not read yet.
        await SendQueue.DrainAsync(server, CancellationToken.None);
        server.Close(timeout: 0);
        await Task.Delay(500);

        var received = 0;
        var error = SocketError.Success;
        var buffer = new byte[16 * 1024];
        try
        {
            for (int length; (length = await client.Stream.Socket.ReceiveAsync(buffer).WaitAsync(Limit)) > 0;)
            {
                received += length;
                await Task.Delay(1);
            }
        }
        catch (SocketException e)
        {
            error = e.SocketErrorCode;
        }

        Assert.Equal((Said, SocketError.ConnectionReset), (received, error));
    }

    // What a destination has sent to its end is whole, even if it will not hear the rest of the client.
    [Fact]
    public async Task A_destination_that_said_its_end_and_resets_later_takes_nothing_away_from_what_it_said()
    {
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect());
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", Port);
        using (var server = await _destination.AcceptSocketAsync())
        {
            await server.SendAsync(new byte[1000]);
            server.Shutdown(SocketShutdown.Send);
            await client.Stream.ReadExactlyAsync(new byte[1000]).AsTask().WaitAsync(Limit);
        }

        // It is gone: its system answers this with a reset, which shows when the next byte is written.
        for (var i = 0; i < 2; i++)
        {
            await client.Stream.WriteAsync(new byte[1]);
            await Task.Delay(500);
        }

        Assert.Equal(SocketError.Success, await EndOfAsync(client.Stream.Socket));
    }

    // Reads to the end: how it came.
    private static async Task<SocketError> EndOfAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer).WaitAsync(Limit) > 0)
            {
            }

            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>What lies between two ends: it passes bytes on until it resets both.</summary>
    private sealed class Line : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<Socket> _sockets = [];

        internal Line(int target)
        {
            _listener.Start();
            _ = AcceptAsync(target);
        }

        internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose()
        {
            _listener.Dispose();
            Reset();
        }

        internal void Reset()
        {
            lock (_sockets)
            {
                _sockets.ForEach(socket => socket.Close(timeout: 0));
            }
        }

        private async Task AcceptAsync(int target)
        {
            try
            {
                while (true)
                {
                    var near = await _listener.AcceptSocketAsync();
                    var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await far.ConnectAsync(IPAddress.Loopback, target);
                    lock (_sockets)
                    {
                        _sockets.AddRange([near, far]);
                    }

                    _ = PassOnAsync(near, far);
                    _ = PassOnAsync(far, near);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private static async Task PassOnAsync(Socket from, Socket to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is var length and > 0)
                {
                    await to.SendAsync(buffer.AsMemory(0, length));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Reset.
            }
        }
    }
}
