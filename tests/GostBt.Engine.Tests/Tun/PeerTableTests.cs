using System.Net;
using GostBt.Engine.Packets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

public sealed class PeerTableTests
{
    [Fact]
    public void However_clients_come_and_go_at_once_the_count_is_right_afterwards()
    {
        var table = new PeerTable(pointToPoint: false);
        var staying = new StreamLink(Stream.Null, IPAddress.Loopback);
        table.Announce(Address(0), staying);

        for (var round = 0; round < 2000; round++)
        {
            var links = Enumerable.Range(1, 4).Select(i => (Address: Address(i), Link: new StreamLink(Stream.Null, IPAddress.Loopback))).ToArray();
            Parallel.ForEach(links, link => table.Announce(link.Address, link.Link));
            Assert.False(table.HasSinglePeer);
            Parallel.ForEach(links, link => table.Remove(link.Link));
            Assert.True(table.HasSinglePeer, $"in round {round}");
        }
    }

    private static TunnelAddress Address(int last) => TunnelAddress.From(new IPAddress([192, 168, 123, (byte)last]));
}
