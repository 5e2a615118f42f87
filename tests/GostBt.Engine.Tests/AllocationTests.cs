using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using GostBt.Engine.Logging;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>Once a connection stands, carrying its bytes makes no garbage: an engine that runs for months on a small server never pauses.</summary>
[Collection(AloneDefinition.Name)]
public sealed class AllocationTests : IDisposable
{
    // A debug build makes an object of every asynchronous call.
    private const string DebugBuild = "allocations are measured in a release build";

    private readonly TestCertificate _certificate = new();

    private static bool IsDebugBuild => typeof(EngineRunner).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled ?? false;

    public void Dispose() => _certificate.Dispose();

    [SkippableTheory]
    [InlineData("tcp")]
    [InlineData("wss")]
    public async Task Datagrams_cost_none(string carrier)
    {
        const int Rounds = 2000;
        Skip.If(IsDebugBuild, DebugBuild);
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate), level: EngineLogLevel.Error);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate), level: EngineLogLevel.Error);
        using var association = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var client = association.Udp.Client;
        client.Connect(association.Bound);
        client.ReceiveTimeout = 5000;
        byte[] datagram = [0, 0, 0, .. SocksTestClient.Address("127.0.0.1", ((IPEndPoint)peer.LocalEndPoint!).Port), .. new byte[100]];

        var source = new SocketAddress(AddressFamily.InterNetwork);

        var perRound = Allocated(Rounds, () => RoundTrip(client, peer, datagram, source)) / Rounds;

        Assert.InRange(perRound, 0, 150);
    }

    [SkippableTheory]
    [InlineData("tcp")]
    [InlineData("wss")]
    public async Task Bytes_of_a_connection_cost_none(string carrier)
    {
        const int Rounds = 500;
        const int Size = 32 * 1024;
        Skip.If(IsDebugBuild, DebugBuild);
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate), level: EngineLogLevel.Error);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate), level: EngineLogLevel.Error);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var peer = await listener.AcceptSocketAsync();
        var buffer = new byte[Size];

        var perRound = Allocated(Rounds, () =>
        {
            client.Stream.Socket.Send(buffer);
            for (var received = 0; received < Size;)
            {
                received += peer.Receive(buffer);
            }
        }) / Rounds;

        Assert.InRange(perRound, 0, 1000);
    }

    private static long Allocated(int rounds, Action round)
    {
        for (var i = 0; i < rounds / 4; i++)
        {
            round();
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < rounds; i++)
        {
            round();
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static void RoundTrip(Socket client, Socket peer, byte[] datagram, SocketAddress source)
    {
        Span<byte> buffer = stackalloc byte[256];
        client.Send(datagram);
        var length = peer.ReceiveFrom(buffer, SocketFlags.None, source);
        peer.SendTo(buffer[..length], SocketFlags.None, source);
        client.Receive(buffer);
    }
}
