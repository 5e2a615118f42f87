using System.Net;
using GostBt.Engine.Logging;
using GostBt.Engine.Packets;
using GostBt.Engine.Tun;
using GostBt.Gost;

namespace GostBt.Engine.Tests.Tun;

public sealed class TunServerPeerTests : IDisposable
{
    private static readonly TunnelAddress[] Own = [TunnelAddress.From(IPAddress.Parse(TunPair.Home))];
    private static readonly byte[] Plain = Keepalive.Hello(default, Own, capabilities: null);
    private static readonly byte[] Extended = Keepalive.Hello(default, Own, Keepalive.SuperPackets);

    private readonly MemoryTun _tun = new();
    private readonly TunServerPeer _peer;

    public TunServerPeerTests()
    {
        var listener = new GostListener("tun") { Metadata = new Dictionary<string, object> { ["net"] = "192.168.123.1/24" } };
        var service = new GostService("vps", "127.0.0.1:0", new GostHandler("tun"), listener);
        var settings = TunSettings.From(service);
        var log = new EngineLog(TextWriter.Null, EngineLogLevel.Debug);
        var authenticator = TunAuthenticator.From(service, new GostConfiguration(), settings);
        var context = new TunServerContext(settings, _tun, new PeerTable(pointToPoint: false), authenticator, log);
        _peer = new TunServerPeer(context, new StreamLink(Stream.Null, IPAddress.Loopback), new TunWriter(_tun));
    }

    public void Dispose() => _tun.Dispose();

    // A bundled client begins with both kinds, because it does not know what its server is. With keepalive: false they are all it ever sends, and it
    // may be idle for an hour.
    [Fact]
    public void The_two_kinds_of_hello_a_client_begins_with_are_one_keepalive()
    {
        Hear(Extended);
        Hear(Plain);
        Assert.Equal(1, _peer.Keepalives);

        Hear(Extended);
        Assert.Equal(2, _peer.Keepalives);
    }

    [Fact]
    public void So_many_of_gosts_are_so_many()
    {
        for (var i = 1; i <= 3; i++)
        {
            Hear(Plain);
            Assert.Equal(i, _peer.Keepalives);
        }
    }

    private void Hear(byte[] datagram) => _peer.Handle([.. new byte[VnetHeader.Size], .. datagram]);
}
