using System.Text;

namespace GostBt.BitTorrent;

/// <summary>A bencoded value (BEP 3). Dictionary keys are byte strings, held one character a byte (Latin-1), so that ordinal order is byte order.</summary>
public sealed class BencodeValue
{
    internal static readonly Encoding Latin1 = Encoding.GetEncoding(28591);

    private readonly long _integer;
    private readonly byte[]? _bytes;
    private readonly IReadOnlyList<BencodeValue>? _list;
    private readonly IReadOnlyDictionary<string, BencodeValue>? _dictionary;

    /// <summary>An integer.</summary>
    public BencodeValue(long value) => _integer = value;

    /// <summary>A byte string.</summary>
    public BencodeValue(byte[] value)
    {
        Kind = BencodeKind.Bytes;
        _bytes = value;
    }

    /// <summary>A byte string of Latin-1 text.</summary>
    public BencodeValue(string value)
        : this(Latin1.GetBytes(value))
    {
    }

    /// <summary>A list.</summary>
    public BencodeValue(IReadOnlyList<BencodeValue> value)
    {
        Kind = BencodeKind.List;
        _list = value;
    }

    /// <summary>A dictionary.</summary>
    public BencodeValue(IReadOnlyDictionary<string, BencodeValue> value)
    {
        Kind = BencodeKind.Dictionary;
        _dictionary = value;
    }

    /// <summary>Which of the four it is.</summary>
    public BencodeKind Kind { get; }

    /// <summary>The integer; null for other kinds.</summary>
    public long? AsInteger => Kind == BencodeKind.Integer ? _integer : null;

    /// <summary>The bytes; null for other kinds.</summary>
    public byte[]? AsBytes => _bytes;

    /// <summary>The bytes as Latin-1 text; null for other kinds.</summary>
    public string? AsText => _bytes is null ? null : Latin1.GetString(_bytes);

    /// <summary>The items; null for other kinds.</summary>
    public IReadOnlyList<BencodeValue>? AsList => _list;

    /// <summary>The entries; null for other kinds.</summary>
    public IReadOnlyDictionary<string, BencodeValue>? AsDictionary => _dictionary;

    /// <param name="key">A dictionary key.</param>
    /// <returns>The entry; null when there is none or this is no dictionary.</returns>
    public BencodeValue? this[string key] => _dictionary is not null && _dictionary.TryGetValue(key, out var value) ? value : null;
}
