namespace GostBt.BitTorrent;

/// <summary>The four types of bencoding (BEP 3).</summary>
public enum BencodeKind
{
    /// <summary>A 64-bit integer.</summary>
    Integer = 0,

    /// <summary>A byte string.</summary>
    Bytes,

    /// <summary>A list.</summary>
    List,

    /// <summary>A dictionary with byte-string keys.</summary>
    Dictionary,
}
