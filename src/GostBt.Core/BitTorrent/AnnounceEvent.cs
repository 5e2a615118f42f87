namespace GostBt.BitTorrent;

/// <summary>Why a client announces (BEP 3); the numbers are those of BEP 15.</summary>
public enum AnnounceEvent
{
    /// <summary>At the usual interval.</summary>
    None = 0,

    /// <summary>The download is complete.</summary>
    Completed = 1,

    /// <summary>The torrent was started.</summary>
    Started = 2,

    /// <summary>The torrent was stopped: the tracker forgets us.</summary>
    Stopped = 3,
}
