using System.Net;
using System.Text;
using GostBt.BitTorrent;

namespace GostBt.Core.Tests.BitTorrent;

public sealed class DhtPingTests
{
    private static readonly byte[] Transaction = "aa"u8.ToArray();
    private static readonly byte[] Asker = "abcdefghij0123456789"u8.ToArray();
    private static readonly byte[] Answerer = "mnopqrstuvwxyz123456"u8.ToArray();

    [Fact]
    public void The_query_is_the_example_of_BEP_5() => Assert.Equal(
        "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe",
        Encoding.ASCII.GetString(DhtPing.EncodeQuery(Transaction, Asker)));

    [Fact]
    public void The_reply_of_BEP_5_is_read()
    {
        var reply = DhtPing.ReadReply("d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"u8.ToArray(), Transaction);

        Assert.Equal(Answerer, reply?.NodeId);
        Assert.Null(reply?.Observed);
    }

    [Fact]
    public void The_endpoint_a_node_of_BEP_42_saw_is_read()
    {
        var seen = new IPEndPoint(IPAddress.Parse("198.19.255.2"), 40123);

        Assert.Equal(seen, DhtPing.ReadReply(DhtPing.EncodeReply(Transaction, Answerer, seen), Transaction)?.Observed);
    }

    [Theory]
    [InlineData("d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:ab1:y1:re", "another transaction")]
    [InlineData("d1:eli201e1:xe1:t2:aa1:y1:ee", "an error")]
    [InlineData("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", "a query")]
    [InlineData("d1:rd2:id3:abce1:t2:aa1:y1:re", "a short id")]
    [InlineData("d1:rle1:t2:aa1:y1:re", "no dictionary")]
    [InlineData("le", "a list")]
    [InlineData("GET / HTTP/1.0", "no bencoding")]
    public void Anything_else_is_no_reply(string datagram, string what) =>
        Assert.True(DhtPing.ReadReply(Encoding.ASCII.GetBytes(datagram), Transaction) is null, what);

    [Fact]
    public void A_listener_knows_the_query_by_its_transaction()
    {
        Assert.Equal(Transaction, DhtPing.ReadQuery(DhtPing.EncodeQuery(Transaction, Asker)));
        Assert.Null(DhtPing.ReadQuery("d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"u8.ToArray()));
        Assert.Null(DhtPing.ReadQuery(UtpSyn.Encode(1)));
    }
}
