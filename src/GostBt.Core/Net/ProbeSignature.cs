using System.Security.Cryptography;
using GostBt.BitTorrent;

namespace GostBt.Net;

/// <summary>What marks the packets of one probe run, so that home knows them from a peer's and answers no other.</summary>
internal sealed class ProbeSignature
{
    // No line feed, which would cut a datagram in two where bash writes it.
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

    private ProbeSignature(byte[] random)
    {
        InfoHash = [.. random.Take(20)];
        Transaction = [.. random.Skip(20).Take(8)];
        NodeId = [.. random.Skip(28).Take(20)];
        ConnectionId = (ushort)((random[48] << 8) | random[49]);
    }

    /// <summary>The torrent the TCP probe asks for; nobody has it.</summary>
    public byte[] InfoHash { get; }

    /// <summary>The transaction of the DHT ping.</summary>
    public byte[] Transaction { get; }

    /// <summary>The uTP connection.</summary>
    public ushort ConnectionId { get; }

    /// <summary>The DHT node the probe says it is; also its peer id.</summary>
    public byte[] NodeId { get; }

    /// <summary>The TCP probe's payload.</summary>
    public byte[] Hello => new BitTorrentHandshake(InfoHash, NodeId).Encode();

    /// <summary>The UDP probe's first payload.</summary>
    public byte[] Ping => DhtPing.EncodeQuery(Transaction, NodeId);

    /// <summary>The UDP probe's second payload, for clients whose DHT is switched off.</summary>
    public byte[] Syn => UtpSyn.Encode(ConnectionId);

    /// <summary>A new one; 120 random bits, so that nobody guesses it within a probe's seconds.</summary>
    public static ProbeSignature Create()
    {
        var random = new byte[50];
        using (var source = RandomNumberGenerator.Create())
        {
            source.GetBytes(random);
        }

        return new ProbeSignature([.. random.Select(b => (byte)Letters[b % Letters.Length])]);
    }
}
