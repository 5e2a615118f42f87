using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Carriers;
using GostBt.Engine.Logging;
using GostBt.Engine.Relay;
using GostBt.Engine.Routing;
using GostBt.Engine.Tests.Support;
using GostBt.Gost;

namespace GostBt.Engine.Tests.Carriers;

public sealed class TcpTuningTests
{
    private const int TcpUserTimeout = 18;

    /// <summary>
    /// A window of zero for longer than the limit would end the connection (tcp_timer.c, tcp_probe_timer), so it is for carriers of datagrams only: nobody
    /// who takes those pauses.
    /// </summary>
    [SkippableTheory]
    [InlineData(false, 0)]
    [InlineData(true, 30_000)]
    public async Task Only_a_carrier_of_datagrams_is_limited_in_what_waits_for_its_acknowledgement(bool forDatagrams, int milliseconds)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the option has another name elsewhere");
        using var far = new TcpEcho();
        var dialer = new CarrierDialer(new GostNode("far", $"127.0.0.1:{far.Port}", new GostConnector("relay"), new GostDialer("tcp")));

        await using var stream = (TcpStream)await dialer.DialAsync(new FakeResolver(), forDatagrams, CancellationToken.None);

        Assert.Equal(milliseconds, LimitOf(stream.Socket));
        Assert.Equal(1, (int)stream.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
    }

    [SkippableTheory]
    [InlineData(false, 0)]
    [InlineData(true, 30_000)]
    public async Task So_is_one_that_was_accepted_once_it_asks_for_datagrams(bool forDatagrams, int milliseconds)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the option has another name elsewhere");
        using var far = new TcpEcho();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var socket = await listener.AcceptSocketAsync();
        var log = new EngineLog(TextWriter.Null, EngineLogLevel.Debug);
        var service = new GostService("relay", "127.0.0.1:0", new GostHandler("relay"), new GostListener("tcp"));
        var handler = new RelayHandler(service, credentials: null, new Router(null, null, new FakeResolver()), tuns: null, log);
        using var entry = new PendingConnections(8, 8, TimeSpan.FromMinutes(1)).Add(IPAddress.Loopback, CancellationToken.None);
        await using var stream = new TcpStream(socket);
        var accepted = new AcceptedConnection(stream, (IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!, entry) { Socket = socket };
        using var end = new CancellationTokenSource();

        var handling = handler.HandleAsync(accepted, end.Token);
        await client.GetStream().WriteAsync(forDatagrams ? RelayTestClient.ConnectUdp("127.0.0.1", far.Port) : RelayTestClient.Connect("127.0.0.1", far.Port));
        Assert.Equal(1, client.GetStream().ReadByte());

        Assert.Equal(milliseconds, LimitOf(socket));
        await end.CancelAsync();
        await handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // A BitTorrent client on a full disk, a paused download, a laptop's lid: longer than the half minute in which a dead path is noticed.
    [Fact]
    public async Task A_reader_that_pauses_for_long_is_served_on()
    {
        var pause = TimeSpan.FromSeconds(65);
        using var endless = new TcpListener(IPAddress.Loopback, 0);
        endless.Start();
        _ = SendForEverAsync(endless);
        var port = ((IPEndPoint)endless.LocalEndpoint).Port;
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        await using var chained = await TestEngine.StartAsync(Configurations.SocksClient("tcp", far.Port("relay"), null));
        await using var direct = await TestEngine.StartAsync(Configurations.SocksDirect());
        using var first = await SocksTestClient.ConnectAsync(chained.EndPoint("socks"), "127.0.0.1", port);
        using var second = await SocksTestClient.ConnectAsync(direct.EndPoint("socks"), "127.0.0.1", port);

        await Task.Delay(pause);

        foreach (var client in new[] { first, second })
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await client.Stream.ReadExactlyAsync(new byte[64 << 20], deadline.Token);
        }
    }

    private static int LimitOf(Socket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, value);
        return BinaryPrimitives.ReadInt32LittleEndian(value);
    }

    private static async Task SendForEverAsync(TcpListener listener)
    {
        while (true)
        {
            var client = await listener.AcceptSocketAsync();
            _ = Task.Run(async () =>
            {
                using (client)
                {
                    while (await client.SendAsync(new byte[64 * 1024]) > 0)
                    {
                    }
                }
            });
        }
    }
}
