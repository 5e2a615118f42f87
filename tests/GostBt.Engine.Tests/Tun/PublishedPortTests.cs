using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests.Tun;

/// <summary>
/// While libtorrent has a SOCKS5 association it ignores every datagram that does not come from it: the association of a published port carries that port's datagrams
/// both ways, and the world sees one address and port.
/// </summary>
public sealed class PublishedPortTests
{
    private static readonly byte[] Question = "ping"u8.ToArray();

    [Fact]
    public async Task What_the_client_sends_leaves_from_its_own_address_and_port()
    {
        await using var home = await PublishedHome.StartAsync();
        using var client = await home.AssociateAsync();
        foreach (var length in new[] { 1, 2, 333, 1392 })
        {
            var data = PacketBuilder.Random(length, new Random(length));
            await client.SendAsync(TunPair.Peer, 6881, data);

            var packet = home.Vps.Receive()!;
            Assert.Equal(28 + length, packet.Length);
            Assert.True(PacketBuilder.ChecksumsHold(packet));
            Assert.Equal((byte)17, packet[9]);
            Assert.Equal(IPAddress.Parse(PublishedHome.Address).GetAddressBytes(), packet[12..16]);
            Assert.Equal(IPAddress.Parse(TunPair.Peer).GetAddressBytes(), packet[16..20]);
            Assert.Equal(PublishedHome.Port, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(20)));
            Assert.Equal(6881, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(22)));
            Assert.Equal(8 + length, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(24)));
            Assert.Equal(data, packet[28..]);
        }
    }

    [Fact]
    public async Task What_a_peer_sends_reaches_the_client_through_its_association_with_the_peer_s_own_address()
    {
        await using var home = await PublishedHome.StartAsync();
        using var client = await home.AssociateAsync();
        await home.SendThroughAsync(client, Question);
        var data = PacketBuilder.Random(1200, new Random(3));

        home.Vps.Send(PacketBuilder.Udp(TunPair.Peer, PublishedHome.Address, data));

        var arrived = await client.ReceiveAsync();
        Assert.Equal(new IPEndPoint(IPAddress.Parse(TunPair.Peer), 40000), arrived!.Value.Source);
        Assert.Equal(data, arrived.Value.Data);
        Assert.Null(home.Home.Receive(0.2));
    }

    [Theory]
    [InlineData(8000, 1000)]
    [InlineData(2500, 1000)]
    [InlineData(7, 3)]
    public async Task A_super_packet_is_handed_over_as_the_datagrams_it_stands_for(int length, int size)
    {
        await using var home = await PublishedHome.StartAsync();
        using var client = await home.AssociateAsync();
        await home.SendThroughAsync(client, Question);
        var data = PacketBuilder.Random(length, new Random(length));

        home.Vps.SendFrame(PacketBuilder.SuperFrame(PacketBuilder.Udp(TunPair.Peer, PublishedHome.Address, data), (ushort)size));

        foreach (var expected in data.Chunk(size))
        {
            var arrived = await client.ReceiveAsync();
            Assert.Equal(new IPEndPoint(IPAddress.Parse(TunPair.Peer), 40000), arrived!.Value.Source);
            Assert.Equal(expected, arrived.Value.Data);
        }
    }

    [Fact]
    public async Task Once_the_association_has_ended_the_port_is_the_kernel_s_again()
    {
        await using var home = await PublishedHome.StartAsync();
        var packet = PacketBuilder.Udp(TunPair.Peer, PublishedHome.Address, Question);
        using (var client = await home.AssociateAsync())
        {
            await home.SendThroughAsync(client, Question);
            home.Vps.Send(packet);
            Assert.NotNull(await client.ReceiveAsync());
        }

        byte[]? arrived = null;
        for (var i = 0; i < 50 && arrived is null; i++)
        {
            home.Vps.Send(packet);
            arrived = home.Home.Receive(0.2);
        }

        Assert.Equal(packet, arrived);
    }

    [Fact]
    public async Task The_first_association_has_the_port_and_the_next_gets_it_after_that()
    {
        await using var home = await PublishedHome.StartAsync();
        var first = await home.AssociateAsync();
        await home.SendThroughAsync(first, Question);
        using var second = await home.AssociateAsync(6668);
        byte[] datagram = [0, 0, 0, .. SocksTestClient.Address(TunPair.Peer, 6881), 9];

        await first.Udp.SendAsync(datagram, second.Bound);
        Assert.Null(home.Vps.Receive(0.3));

        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        first.Dispose();
        udp.Bind(new IPEndPoint(IPAddress.Parse(PublishedHome.Address), PublishedHome.Port));
        byte[]? arrived = null;
        for (var i = 0; i < 50 && arrived is null; i++)
        {
            await udp.SendToAsync(datagram, second.Bound);
            arrived = home.Vps.Receive(0.2);
        }

        Assert.Equal([9], arrived![28..]);
    }

    public enum Other
    {
        Port,
        Address,
        NothingPublished,
    }

    [Theory]
    [InlineData(Other.Port)]
    [InlineData(Other.Address)]
    [InlineData(Other.NothingPublished)]
    public async Task Any_other_association_takes_the_relay_and_no_port(Other other)
    {
        using var echo = new UdpEcho();
        await using var home = await PublishedHome.StartAsync(other == Other.NothingPublished ? null : "6666\n7000\n");
        using var client = await SocksTestClient.AssociateAsync(
            other == Other.Address ? home.LoopbackSocks : home.Socks, other == Other.Port ? 6667 : PublishedHome.Port);

        Assert.True(await client.AnswersAsync("127.0.0.1", echo.Port));
        await client.SendAsync(TunPair.Peer, 6881, Question);

        Assert.Null(home.Vps.Receive(0.3));
        var packet = PacketBuilder.Udp(TunPair.Peer, PublishedHome.Address, Question);
        home.Vps.Send(packet);
        Assert.Equal(packet, home.Home.Receive());
    }

    [Fact]
    public async Task What_is_too_long_or_not_IPv4_does_not_leave_from_the_port()
    {
        await using var home = await PublishedHome.StartAsync();
        using var client = await home.AssociateAsync();

        await client.SendAsync(TunPair.Peer, 6881, new byte[1393]);
        await client.SendAsync(TunPair.Peer, 6881, new byte[60000]);
        await client.SendAsync("2001:db8::1", 6881, Question);
        await client.SendAsync(TunPair.Peer, 0, Question);
        await client.SendAsync("255.255.255.255", 6881, Question);
        await client.SendRawAsync([0, 0, 0, 1, 203, 0, 113]);
        await client.SendRawAsync([0, 0, 0, .. SocksTestClient.Address(TunPair.Peer, 6881)]);

        Assert.Equal(Question, (await home.SendThroughAsync(client, Question))[28..]);
        Assert.Null(home.Vps.Receive(0.2));
    }

    [Fact]
    public async Task Everything_else_that_arrives_is_left_to_the_kernel()
    {
        await using var home = await PublishedHome.StartAsync();
        using var client = await home.AssociateAsync();
        await home.SendThroughAsync(client, Question);
        var whole = PacketBuilder.Udp(TunPair.Peer, PublishedHome.Address, PacketBuilder.Random(100, new Random(5)));
        byte[][] others =
        [
            PacketBuilder.Tcp(TunPair.Peer, PublishedHome.Address, [], flags: 0x02),
            PacketBuilder.Udp(TunPair.Peer, "127.77.0.3", Question), // another address
            PacketBuilder.Udp(TunPair.Peer, PublishedHome.Address, []), // nothing in it
            Changed(whole, 23, 0x0B), // another port
            Changed(whole, 6, 0x20), // the first of several fragments
            Changed(whole, 7, 0x01), // a later one
            Changed(whole, 25, 7), // shorter than its own header
            Changed(whole, 24, 0xFF), // longer than the packet
            Changed(whole, 40, (byte)~whole[40]), // damaged
        ];

        foreach (var packet in others)
        {
            home.Vps.Send(packet);
            if (packet[19] == 2)
                Assert.Equal(packet, home.Home.Receive());
        }

        Assert.Null(await client.ReceiveAsync(TimeSpan.FromMilliseconds(300)));
        home.Vps.Send(whole);
        Assert.NotNull(await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_living_association_takes_a_port_that_comes_to_be_published_and_gives_back_one_that_no_longer_is()
    {
        await using var home = await PublishedHome.StartAsync("7000\n");
        using var client = await home.AssociateAsync();
        await client.SendAsync(TunPair.Peer, 6881, Question);
        Assert.Null(home.Vps.Receive(0.3));

        home.Publish("6660-6669\n7000\n");
        Assert.NotNull(await AskUntilAsync(client, home.Vps.Receive));

        home.Publish("not a port\n");
        await Task.Delay(1100);
        Assert.NotNull(await home.SendThroughAsync(client, Question));

        home.Publish("7000\n");
        var packet = PacketBuilder.Udp(TunPair.Peer, PublishedHome.Address, Question);
        Assert.Equal(packet, await AskUntilAsync(client, seconds =>
        {
            home.Vps.Send(packet);
            return home.Home.Receive(seconds);
        }));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_at_first_is_read_later()
    {
        await using var home = await PublishedHome.StartAsync("7000\n");
        using var client = await home.AssociateAsync();
        await using (home.PublishShut("6660-6669\n"))
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.Delay(1100);
                await client.SendAsync(TunPair.Peer, 6881, Question);
                Assert.Null(home.Vps.Receive(0.1));
            }
        }

        Assert.NotNull(await AskUntilAsync(client, home.Vps.Receive));
    }

    private static async Task<byte[]?> AskUntilAsync(SocksTestClient client, Func<double, byte[]?> arrived)
    {
        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync(TunPair.Peer, 6881, Question);
            if (arrived(0.2) is { } packet)
                return packet;
        }

        return null;
    }

    private static byte[] Changed(byte[] packet, int at, byte value)
    {
        var changed = (byte[])packet.Clone();
        changed[at] = value;
        return changed;
    }
}
