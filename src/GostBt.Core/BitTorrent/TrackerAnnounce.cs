namespace GostBt.BitTorrent;

/// <summary>What a client tells a tracker (BEP 3).</summary>
/// <param name="InfoHash">20 bytes: the torrent.</param>
/// <param name="PeerId">20 bytes: who announces.</param>
/// <param name="Port">The port the client listens on.</param>
public sealed record TrackerAnnounce(byte[] InfoHash, byte[] PeerId, int Port)
{
    /// <summary>Why.</summary>
    public AnnounceEvent Event { get; init; } = AnnounceEvent.Started;

    /// <summary>Bytes left to download; 0 makes us a seeder.</summary>
    public long Left { get; init; }

    /// <summary>How many peers to be told of.</summary>
    public int PeersWanted { get; init; } = 50;
}
