using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Addresses;
using GostBt.Engine.Logging;
using GostBt.Engine.Tests.Support;
using GostBt.Engine.Tun;
using GostBt.Gost;

namespace GostBt.Engine.Tests.Tun;

/// <summary>Servers and clients on in-memory TUNs, their outer traffic on loopback.</summary>
internal static class TunPair
{
    internal const string Home = "192.168.123.2";
    internal const string Home6 = "fd00:7::2";
    internal const string HomeNetworks = Home + "/24," + Home6 + "/64";
    internal const string Peer = "203.0.113.9";

    internal static TunServer Server(
        MemoryTun tun, int port = 0, string? passphrase = null, GostAuther? auther = null, bool pointToPoint = false,
        string networks = "192.168.123.1/24,fd00:7::1/64", string host = "127.0.0.1")
    {
        var metadata = new Dictionary<string, object> { ["p2p"] = pointToPoint };
        if (passphrase is not null)
            metadata["passphrase"] = passphrase;
        var service = new GostService(
            "vps",
            $"{host}:{port}",
            new GostHandler("tun") { Auther = auther?.Name, Metadata = metadata },
            new GostListener("tun") { Metadata = new Dictionary<string, object> { ["net"] = networks } });
        var settings = TunSettings.From(service);
        var configuration = new GostConfiguration { Authers = auther is null ? [] : [auther] };
        return new TunServer(settings, TunAuthenticator.From(service, configuration, settings), () => tun, new FakeResolver { ["localhost"] = ["::1", "127.0.0.1"] }, Log());
    }

    internal static TunClient Client(
        MemoryTun tun, Func<CancellationToken, Task<IClientLink>> connect, string? passphrase = null, string networks = HomeNetworks) =>
        new(Settings(passphrase, networks), connect, () => tun, Log());

    /// <summary>A client's settings.</summary>
    internal static TunSettings Settings(string? passphrase = null, string networks = HomeNetworks)
    {
        var metadata = new Dictionary<string, object> { ["ttl"] = TimeSpan.FromMilliseconds(200) };
        if (passphrase is not null)
            metadata["passphrase"] = passphrase;
        return TunSettings.From(new GostService(
            "home",
            ":0",
            new GostHandler("tun") { Metadata = metadata },
            new GostListener("tun") { Metadata = new Dictionary<string, object> { ["net"] = networks } })
        {
            Forwarder = [new GostForwardNode("vps", "127.0.0.1:8421")],
        });
    }

    internal static Func<CancellationToken, Task<IClientLink>> OverUdp(int port) =>
        cancellationToken => UdpClientLink.ConnectAsync(new HostPort("", 0), new HostPort("127.0.0.1", port), new FakeResolver(), cancellationToken);

    /// <summary>Over a stream that is handed to the server as the relay hands it.</summary>
    internal static Func<CancellationToken, Task<IClientLink>> OverStream(TunServer server) => async cancellationToken =>
    {
        var (near, far) = await StreamsAsync();
        _ = server.AttachAsync(far, IPAddress.Loopback, cancellationToken).ContinueWith(_ => far.Dispose(), TaskScheduler.Default);
        return await ChainClientLink.ConnectAsync(new ReadyChain(near), "127.0.0.1", 8421, cancellationToken);
    };

    /// <summary>Two ends of a TCP connection over loopback.</summary>
    internal static async Task<(Stream Near, Stream Far)> StreamsAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        var far = await listener.AcceptTcpClientAsync();
        return (near.GetStream(), far.GetStream());
    }

    private static EngineLog Log() => new(TextWriter.Null, EngineLogLevel.Debug);

    private sealed class ReadyChain(Stream stream) : IChainDialer
    {
        public ValueTask<Stream> ConnectUdpAsync(string host, int port, CancellationToken cancellationToken) => ValueTask.FromResult(stream);
    }
}
