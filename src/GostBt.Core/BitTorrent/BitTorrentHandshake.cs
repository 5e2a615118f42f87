namespace GostBt.BitTorrent;

/// <summary>The first 68 bytes each side of a peer connection sends (BEP 3).</summary>
public sealed class BitTorrentHandshake
{
    /// <summary>The length of a handshake in bytes.</summary>
    public const int Length = 68;

    private static readonly byte[] Protocol = BencodeValue.Latin1.GetBytes("\u0013BitTorrent protocol");

    /// <param name="infoHash">20 bytes: the torrent.</param>
    /// <param name="peerId">20 bytes: who speaks.</param>
    public BitTorrentHandshake(byte[] infoHash, byte[] peerId)
    {
        InfoHash = Require20(infoHash, nameof(infoHash));
        PeerId = Require20(peerId, nameof(peerId));
    }

    /// <summary>The torrent.</summary>
    public byte[] InfoHash { get; }

    /// <summary>Who speaks.</summary>
    public byte[] PeerId { get; }

    /// <summary>Reads the other side's handshake.</summary>
    /// <param name="stream">A fresh connection.</param>
    /// <param name="cancellationToken">Checked between reads; close the connection to end one under way.</param>
    /// <returns>Null when the other side closed or does not speak BitTorrent.</returns>
    public static async Task<BitTorrentHandshake?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[Length];
        var filled = 0;
        while (filled < Length)
        {
            var read = await stream.ReadAsync(buffer, filled, Length - filled, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            filled += read;
        }

        return Decode(buffer);
    }

    /// <param name="data">What came.</param>
    /// <returns>Null unless it is a handshake.</returns>
    public static BitTorrentHandshake? Decode(byte[] data) => data.Length == Length && data.Take(Protocol.Length).SequenceEqual(Protocol)
        ? new BitTorrentHandshake(data.Skip(28).Take(20).ToArray(), data.Skip(48).ToArray())
        : null;

    /// <summary>The 68 bytes, no extension announced.</summary>
    public byte[] Encode() => [.. Protocol, .. new byte[8], .. InfoHash, .. PeerId];

    private static byte[] Require20(byte[] value, string name) =>
        value.Length == 20 ? value : throw new ArgumentException("Must be 20 bytes.", name);
}
