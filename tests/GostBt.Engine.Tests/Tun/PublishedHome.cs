using System.Net;
using GostBt.Engine.Config;
using GostBt.Engine.Logging;
using GostBt.Engine.Routing;
using GostBt.Engine.Services;
using GostBt.Engine.Socks;
using GostBt.Engine.Tests.Support;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

/// <summary>
/// A tunnel whose ends are in memory, a SOCKS5 on the home end's address with port 6666 published, and a relay as its chain that sends nothing anywhere but to
/// this machine. Home's address is a loopback one, so that sockets can have it.
/// </summary>
internal sealed class PublishedHome : IAsyncDisposable
{
    internal const string Address = "127.77.0.2";
    internal const int Port = 6666;

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly string _file = Path.GetTempFileName();
    private readonly CancellationTokenSource _end = new();

    internal MemoryTun Vps { get; } = new();

    internal MemoryTun Home { get; } = new();

    /// <summary>The SOCKS5 on the TUN's own address.</summary>
    internal IPEndPoint Socks { get; private set; } = null!;

    /// <summary>The same SOCKS5 on loopback.</summary>
    internal IPEndPoint LoopbackSocks { get; private set; } = null!;

    /// <param name="published">What the file of <c>publishedPorts</c> says, or null for none.</param>
    internal static async Task<PublishedHome> StartAsync(string? published = "7000\n6660-6669\n")
    {
        var home = new PublishedHome();
        home.Publish(published);
        var server = TunPair.Server(home.Vps, networks: "127.77.0.1/24");
        home._parts.Add(await RunningService.StartAsync(server));
        var client = TunPair.Client(home.Home, TunPair.OverStream(server), networks: Address + "/24");
        home._parts.Add(await RunningService.StartAsync(client));
        var relay = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, reach: "whitelist: true, matchers: [\"127.0.0.0/8\"]"));
        home._parts.Add(relay);

        var clients = new TunClients();
        clients.Add(client);
        home.Socks = await home.ServeAsync(relay.Port("relay"), Address, published is not null, clients);
        home.LoopbackSocks = await home.ServeAsync(relay.Port("relay"), "127.0.0.1", published is not null, clients);
        await home.ConnectAsync();
        return home;
    }

    /// <summary>Changes what is published.</summary>
    internal void Publish(string? ports) => File.WriteAllText(_file, ports);

    /// <summary>Changes it, and keeps the file from being read until the result is disposed of.</summary>
    internal FileStream PublishShut(string ports)
    {
        var file = new FileStream(_file, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(System.Text.Encoding.ASCII.GetBytes(ports));
        file.Flush();
        return file;
    }

    /// <summary>An association of a socket with the given port.</summary>
    internal Task<SocksTestClient> AssociateAsync(int port = Port) => SocksTestClient.AssociateAsync(Socks, port);

    /// <summary>Sends until the datagram comes out of the tunnel's far end: the association has taken the port.</summary>
    internal async Task<byte[]> SendThroughAsync(SocksTestClient client, byte[] data)
    {
        await client.SendAsync(TunPair.Peer, 6881, data);
        return Vps.Receive() ?? throw new InvalidOperationException("Nothing comes out of the tunnel.");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        Vps.Dispose();
        Home.Dispose();
        _end.Dispose();
        File.Delete(_file);
    }

    private async Task<IPEndPoint> ServeAsync(int relay, string address, bool published, TunClients clients)
    {
        var log = new EngineLog(TextWriter.Null, EngineLogLevel.Debug);
        var configuration = GostConfigurationReader.Parse(Configurations.SocksClient("tcp", relay, null, addr: address + ":0"), "test.yaml");
        var read = configuration.Services[0];
        var service = published
            ? read with { Handler = read.Handler with { Metadata = new Dictionary<string, object> { ["udp"] = true, [PublishedPorts.Key] = _file } } }
            : read;
        var resolver = new FakeResolver();
        var chain = new Chain(configuration.Chains[0], new Dictionary<string, GostBt.Engine.Bypasses.BypassList>(), resolver, log);
        var socks = new ConnectionService(service, new SocksHandler(service, null, new Router(chain, null, resolver), clients, log), resolver, log);
        await socks.StartAsync(CancellationToken.None);
        _ = socks.RunAsync(_end.Token);
        _parts.Add(socks);
        return socks.LocalEndPoint;
    }

    private async Task ConnectAsync()
    {
        var knock = Packets.PacketBuilder.Udp(TunPair.Peer, Address, [0]);
        for (var i = 0; i < 100; i++)
        {
            Vps.Send(knock);
            if (await Task.Run(() => Home.Receive(0.1)) is null)
                continue;
            while (Home.Receive(0.3) is not null)
            {
            }

            return;
        }

        throw new InvalidOperationException("The tunnel does not come up.");
    }
}
