using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Logging;
using GostBt.Engine.Relay;
using GostBt.Engine.Routing;
using GostBt.Engine.Services;
using GostBt.Engine.Tests.Support;
using GostBt.Engine.Udp;
using GostBt.Gost;

namespace GostBt.Engine.Tests.Relay;

/// <summary>A UDP tunnel for which there is no socket: the client is told so, and not that all is well.</summary>
public sealed class RelayUdpTests
{
    private const int ServiceUnavailable = 5;
    private const int NetworkUnreachable = 7;

    [SkippableFact]
    public async Task Without_a_socket_of_the_target_s_family_its_network_is_unreachable()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "no IPv6 here");
        Assert.Equal(NetworkUnreachable, await StatusAsync("2001:db8::1", () => DatagramSocket.OnAddress(IPAddress.Loopback)));
    }

    [Fact]
    public async Task Without_any_socket_the_service_is_unavailable() =>
        Assert.Equal(ServiceUnavailable, await StatusAsync("127.0.0.1", () => throw new SocketException((int)SocketError.TooManyOpenSockets)));

    private static async Task<int> StatusAsync(string host, Func<DatagramSocket> open)
    {
        var service = new GostService("relay", "127.0.0.1:0", new GostHandler("relay"), new GostListener("tcp"));
        var log = new EngineLog(TextWriter.Null, EngineLogLevel.Debug);
        var resolver = new FakeResolver();
        var handler = new RelayHandler(service, credentials: null, new Router(null, null, resolver), tuns: null, log) { OpenSocket = open };
        await using var serving = new ConnectionService(service, handler, resolver, log);
        using var end = new CancellationTokenSource();
        await serving.StartAsync(end.Token);
        var running = serving.RunAsync(end.Token);

        var status = await RelayTestClient.StatusAsync(serving.LocalEndPoint, RelayTestClient.ConnectUdp(host, 53));

        await end.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return status;
    }
}
