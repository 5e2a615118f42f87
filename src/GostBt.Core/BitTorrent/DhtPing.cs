using System.Net;

namespace GostBt.BitTorrent;

/// <summary>The DHT's ping (BEP 5). Nodes that follow BEP 42 tell in <c>ip</c> which endpoint they saw the query come from.</summary>
public static class DhtPing
{
    /// <param name="transaction">1 to 16 bytes that the reply repeats.</param>
    /// <param name="nodeId">20 bytes: the asking node.</param>
    public static byte[] EncodeQuery(byte[] transaction, byte[] nodeId) => BencodeWriter.Encode(Dictionary(
        ("a", Dictionary(("id", new BencodeValue(nodeId)))),
        ("q", new BencodeValue("ping")),
        ("t", new BencodeValue(transaction)),
        ("y", new BencodeValue("q"))));

    /// <param name="transaction">The query's.</param>
    /// <param name="nodeId">20 bytes: the answering node.</param>
    /// <param name="observed">Where the query came from.</param>
    public static byte[] EncodeReply(byte[] transaction, byte[] nodeId, IPEndPoint observed) => BencodeWriter.Encode(Dictionary(
        ("ip", new BencodeValue(CompactEndPoints.Encode(observed))),
        ("r", Dictionary(("id", new BencodeValue(nodeId)))),
        ("t", new BencodeValue(transaction)),
        ("y", new BencodeValue("r"))));

    /// <param name="datagram">What came.</param>
    /// <returns>The transaction of a ping query; null when it is anything else.</returns>
    public static byte[]? ReadQuery(byte[] datagram)
    {
        var message = Read(datagram);
        return message?["y"]?.AsText == "q" && message["q"]?.AsText == "ping" && message["a"]?["id"]?.AsBytes?.Length == 20
            ? message["t"]?.AsBytes
            : null;
    }

    /// <param name="datagram">What came.</param>
    /// <param name="transaction">The query's.</param>
    /// <returns>The reply; null when it is anything else or answers another query.</returns>
    public static DhtPingReply? ReadReply(byte[] datagram, byte[] transaction)
    {
        var message = Read(datagram);
        if (message?["y"]?.AsText != "r"
            || message["t"]?.AsBytes is not { } answered
            || !answered.SequenceEqual(transaction)
            || message["r"]?["id"]?.AsBytes is not { Length: 20 } id)
        {
            return null;
        }

        return new DhtPingReply(id, message["ip"]?.AsBytes is { Length: 6 or 18 } ip ? CompactEndPoints.Decode(ip, ip.Length)[0] : null);
    }

    private static BencodeValue? Read(byte[] datagram)
    {
        try
        {
            return BencodeReader.Decode(datagram);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static BencodeValue Dictionary(params (string Key, BencodeValue Value)[] entries) =>
        new(entries.ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal));
}
