using GostBt.BitTorrent;

namespace GostBt.Core.Tests.BitTorrent;

public sealed class HandshakeTests
{
    private static readonly byte[] InfoHash = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];
    private static readonly byte[] PeerId = "-GB0100-abcdefghijkl"u8.ToArray();

    [Fact]
    public void It_is_68_bytes_as_BEP_3_lays_them_out()
    {
        byte[] expected = [19, .. "BitTorrent protocol"u8, 0, 0, 0, 0, 0, 0, 0, 0, .. InfoHash, .. PeerId];

        Assert.Equal(expected, new BitTorrentHandshake(InfoHash, PeerId).Encode());
    }

    [Fact]
    public async Task It_is_read_from_a_stream_that_delivers_it_in_pieces()
    {
        using var stream = new TrickleStream(new BitTorrentHandshake(InfoHash, PeerId).Encode());

        var read = await BitTorrentHandshake.ReadAsync(stream, CancellationToken.None);

        Assert.Equal(InfoHash, read?.InfoHash);
        Assert.Equal(PeerId, read?.PeerId);
    }

    [Fact]
    public async Task A_stream_that_ends_early_or_speaks_another_protocol_gives_none()
    {
        var whole = new BitTorrentHandshake(InfoHash, PeerId).Encode();
        using var early = new MemoryStream(whole[..67]);
        using var other = new MemoryStream(new byte[68]);

        Assert.Null(await BitTorrentHandshake.ReadAsync(early, CancellationToken.None));
        Assert.Null(await BitTorrentHandshake.ReadAsync(other, CancellationToken.None));
    }

    [Fact]
    public void A_utp_syn_is_version_1_and_its_answer_is_known_by_the_connection()
    {
        var syn = UtpSyn.Encode(0xABCD);
        byte[] state = [0x21, 0, 0xAB, 0xCD, .. new byte[16]];
        byte[] end = [0x11, 0, 0xAB, 0xCD, .. new byte[16]];

        Assert.Equal([0x41, 0, 0xAB, 0xCD], syn[..4]);
        Assert.Equal(20, syn.Length);
        Assert.True(UtpSyn.IsAnswered(state, 0xABCD));
        Assert.True(UtpSyn.IsAnswered(end, 0xABCD));
        Assert.False(UtpSyn.IsAnswered(state, 0xABCE));
        Assert.False(UtpSyn.IsAnswered(state[..19], 0xABCD));
        Assert.False(UtpSyn.IsAnswered(syn, 0xABCD));
        Assert.False(UtpSyn.IsAnswered(DhtPing.EncodeQuery(InfoHash, PeerId), 0xABCD));
    }

    /// <summary>One byte a read.</summary>
    private sealed class TrickleStream(byte[] data) : MemoryStream(data)
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            base.ReadAsync(buffer, offset, Math.Min(1, count), cancellationToken);
    }
}
