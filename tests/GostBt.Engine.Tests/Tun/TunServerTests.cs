using System.Net;
using GostBt.Engine.Packets;
using GostBt.Engine.Tests.Packets;
using GostBt.Gost;

namespace GostBt.Engine.Tests.Tun;

public sealed class TunServerTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] FromHome = PacketBuilder.Udp(TunPair.Home, TunPair.Peer, [1]);
    private static readonly byte[] ToHome = PacketBuilder.Udp(TunPair.Peer, TunPair.Home, [2]);

    private readonly MemoryTun _tun = new();
    private readonly List<IAsyncDisposable> _running = [];

    public void Dispose() => _tun.Dispose();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var running in _running)
            await running.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_announced_itself_sends_and_receives()
    {
        using var client = new BareClient(await ServeAsync());
        client.Announce("", TunPair.Home);

        client.Send(FromHome);
        Assert.Equal(FromHome, _tun.Receive());
        _tun.Send(ToHome);
        Assert.Equal(ToHome, client.Receive());
    }

    // As with a relay, and as gost has it: of a name's addresses the first IPv4 one.
    [Fact]
    public async Task Where_it_listens_may_be_a_name()
    {
        using MemoryTun tun = new();
        var server = TunPair.Server(tun, host: "localhost");
        await using var serving = await RunningService.StartAsync(server);

        Assert.Equal(IPAddress.Loopback, server.LocalEndPoint.Address);
        Assert.True(server.Serves(server.LocalEndPoint));
    }

    [Fact]
    public async Task Where_it_listens_must_be_an_address_of_this_machine()
    {
        using MemoryTun tun = new();

        var error = await Assert.ThrowsAsync<Model.GostBtException>(() => RunningService.StartAsync(TunPair.Server(tun, host: "nowhere.example")));

        Assert.Equal(Model.GostBtFailure.Conflict, error.Failure);
        Assert.Contains("nowhere.example:0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_holds_the_outer_address()
    {
        using var client = new BareClient(await ServeAsync());
        client.Hello("", TunPair.Home);
        Assert.Equal(IPAddress.Loopback.MapToIPv6().GetAddressBytes(), client.Receive()![4..]);
    }

    // gost: packets to the TUN's port are never authenticated.
    [Fact]
    public async Task Packets_without_or_before_a_keepalive_do_not_reach_the_TUN()
    {
        var server = await ServeAsync(passphrase: "sesame");
        using var stranger = new BareClient(server);
        stranger.Send(FromHome);
        stranger.Hello("wrong", TunPair.Home);
        stranger.Send(FromHome);
        Assert.Null(stranger.Receive(0.3));

        using var client = new BareClient(server);
        client.Announce("sesame", TunPair.Home);
        stranger.Send(FromHome);
        Assert.Null(_tun.Receive(0.3));
    }

    [Fact]
    public async Task A_client_may_send_from_what_it_announced_only()
    {
        using var client = new BareClient(await ServeAsync());
        client.Announce("", TunPair.Home);

        client.Send(PacketBuilder.Udp("192.168.123.3", TunPair.Peer, [1]));
        client.Send(PacketBuilder.Udp("8.8.8.8", TunPair.Peer, [1]));
        client.Send(PacketBuilder.Udp(TunPair.Home6, "2001:db8::9", [1]));
        client.Send(FromHome);

        Assert.Equal(FromHome, _tun.Receive());
        Assert.Null(_tun.Receive(0.2));
    }

    [Theory]
    [InlineData("192.168.123.1")]
    [InlineData("10.0.0.1")]
    [InlineData("8.8.8.8")]
    [InlineData("fd00:8::2")]
    public async Task The_servers_own_address_and_those_outside_its_networks_cannot_be_announced(string address)
    {
        using var client = new BareClient(await ServeAsync());
        client.Hello("", address);
        Assert.Null(client.Receive(0.3));
    }

    // gost: one address missing from the auther refuses the whole client.
    [Fact]
    public async Task An_auther_lets_in_those_of_a_clients_addresses_that_it_has()
    {
        using var client = new BareClient(await ServeAsync(auther: new GostAuther("a", [new GostAuth(TunPair.Home, "sesame")])));
        client.Announce("sesame", TunPair.Home6, TunPair.Home);

        client.Send(PacketBuilder.Udp(TunPair.Home6, "2001:db8::9", [1]));
        client.Send(FromHome);
        Assert.Equal(FromHome, _tun.Receive());

        client.Hello("other", TunPair.Home);
        Assert.Null(client.Receive(0.3));
    }

    // gost: one unauthenticated datagram of 16,385 bytes with an IPv4 header ends the process.
    [Fact]
    public async Task Oversized_and_malformed_datagrams_harm_nobody()
    {
        using var client = new BareClient(await ServeAsync());
        client.Announce("", TunPair.Home);
        using var stranger = new BareClient(await ServerAsync());
        var random = new Random(9);
        foreach (var length in new[] { 16385, 16384, 65507, 1, 0, 19, 20, 21, 28, 39, 40 })
        {
            var datagram = PacketBuilder.Random(length, random);
            for (var kind = 0; kind < 3 && length > 3; kind++)
            {
                (datagram[0], datagram[2], datagram[3]) = (new byte[] { 0x45, 0x60, 0x01 }[kind], (byte)(length >> 8), (byte)length);
                stranger.Send(datagram);
                client.Send(datagram);
            }
        }

        client.Send(FromHome);
        Assert.Equal(FromHome, _tun.Receive());
        client.Announce("", TunPair.Home);
    }

    [Fact]
    public async Task The_last_client_to_announce_an_address_has_it()
    {
        var server = await ServeAsync();
        using var before = new BareClient(server);
        using var after = new BareClient(server);
        before.Announce("", TunPair.Home);
        after.Announce("", TunPair.Home);

        before.Send(FromHome);
        Assert.Null(_tun.Receive(0.2));
        _tun.Send(ToHome);
        Assert.Equal(ToHome, after.Receive());
        Assert.Null(before.Receive(0.1));
    }

    [Fact]
    public async Task A_client_announces_a_handful_of_addresses_and_not_a_whole_network()
    {
        using var client = new BareClient(await ServeAsync());
        for (var i = 2; i < 60; i++)
            client.Hello("", $"fd00:7::{i:x}");
        for (var i = 2; i < 60; i++)
            client.Send(PacketBuilder.Udp($"fd00:7::{i:x}", "2001:db8::9", [1]));

        for (var i = 0; i < 16; i++)
            Assert.NotNull(_tun.Receive());
        Assert.Null(_tun.Receive(0.3));
    }

    [Fact]
    public async Task Point_to_point_takes_and_gives_everything()
    {
        _server = TunPair.Server(_tun, pointToPoint: true);
        _running.Add(await RunningService.StartAsync(_server));
        using var client = new BareClient(_server.LocalEndPoint);
        client.Announce("", TunPair.Home);

        var fromBehind = PacketBuilder.Udp("10.1.2.3", "192.168.123.77", [1]);
        client.Send(fromBehind);
        Assert.Equal(fromBehind, _tun.Receive());
        var toBehind = PacketBuilder.Udp(TunPair.Peer, "10.1.2.3", [1]);
        _tun.Send(toBehind);
        Assert.Equal(toBehind, client.Receive());
    }

    [Fact]
    public async Task Clients_reach_each_other()
    {
        var server = await ServeAsync();
        using var one = new BareClient(server);
        using var other = new BareClient(server);
        one.Announce("", TunPair.Home);
        other.Announce("", "192.168.123.3");

        var packet = PacketBuilder.Udp(TunPair.Home, "192.168.123.3", [3]);
        one.Send(packet);
        Assert.Equal(packet, other.Receive());
    }

    [Fact]
    public async Task A_super_packet_reaches_a_gost_client_in_packets_of_its_MTU()
    {
        using var client = new BareClient(await ServeAsync());
        client.Announce("", TunPair.Home);
        var payload = PacketBuilder.Random(20000, new Random(10));
        _tun.SendFrame(PacketBuilder.SuperFrame(PacketBuilder.Tcp(TunPair.Peer, TunPair.Home, payload), 1380));

        var received = new List<byte>();
        while (received.Count < payload.Length && client.Receive() is { } packet)
        {
            Assert.True(packet.Length <= 1420 && PacketBuilder.ChecksumsHold(packet));
            received.AddRange(packet[40..]);
        }

        Assert.Equal(payload, received);
    }

    [Fact]
    public async Task A_vnet_header_from_a_client_that_agreed_on_none_is_not_believed()
    {
        using var client = new BareClient(await ServeAsync());
        client.Announce("", TunPair.Home);
        client.Send(PacketBuilder.SuperFrame(PacketBuilder.Tcp(TunPair.Home, TunPair.Peer, new byte[9000]), 1380));
        client.Send(PacketBuilder.Frame(FromHome, new VnetHeader(VnetHeader.DataValid, 0, 0, 0, 0, 0)));
        Assert.Null(_tun.Receive(0.3));
    }

    [Fact]
    public async Task It_stops_when_cancelled_and_closes_its_device()
    {
        await ServeAsync();
        await _running[0].DisposeAsync();
        _running.Clear();
        Assert.True(_tun.IsDisposed);
    }

    private Engine.Tun.TunServer? _server;

    private async Task<IPEndPoint> ServeAsync(string? passphrase = null, GostAuther? auther = null)
    {
        _server = TunPair.Server(_tun, passphrase: passphrase, auther: auther);
        _running.Add(await RunningService.StartAsync(_server));
        return _server.LocalEndPoint;
    }

    private Task<IPEndPoint> ServerAsync() => Task.FromResult(_server!.LocalEndPoint);
}
