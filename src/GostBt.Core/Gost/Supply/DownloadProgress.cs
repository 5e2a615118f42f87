namespace GostBt.Gost.Supply;

/// <summary>How far a download is.</summary>
/// <param name="Received">Bytes that are here.</param>
/// <param name="Total">Bytes in all; null where the server does not say.</param>
public readonly record struct DownloadProgress(long Received, long? Total)
{
    /// <summary>0 to 100, or -1 where unknown.</summary>
    public int Percent => Total is > 0 and var total ? (int)Math.Min(100, Received * 100 / total) : -1;
}
