using System.Globalization;

namespace GostBt.BitTorrent;

/// <summary>
/// Reads bencoding (BEP 3) from the network, hence strictly: no leading zero, no <c>-0</c>, keys in order and once, nothing after the value, and no
/// deeper than <see cref="MaximumDepth"/>.
/// </summary>
public sealed class BencodeReader
{
    /// <summary>How deep lists and dictionaries may nest.</summary>
    public const int MaximumDepth = 16;

    private readonly byte[] _data;
    private int _position;

    private BencodeReader(byte[] data) => _data = data;

    /// <param name="data">One value and nothing else.</param>
    /// <exception cref="FormatException">Not bencoding; the message names the byte.</exception>
    public static BencodeValue Decode(byte[] data)
    {
        var reader = new BencodeReader(data);
        var value = reader.Read(0);
        return reader._position == data.Length ? value : throw reader.Bad("something follows the value");
    }

    private BencodeValue Read(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Bad("nested too deep");
        }

        switch (Peek())
        {
            case (byte)'i':
                _position++;
                return new BencodeValue(ReadNumber((byte)'e', signed: true));
            case (byte)'l':
                return new BencodeValue(ReadList(depth));
            case (byte)'d':
                return new BencodeValue(ReadDictionary(depth));
            case >= (byte)'0' and <= (byte)'9':
                return new BencodeValue(ReadBytes());
            default:
                throw Bad("no value starts so");
        }
    }

    private List<BencodeValue> ReadList(int depth)
    {
        _position++;
        var items = new List<BencodeValue>();
        while (Peek() != (byte)'e')
        {
            items.Add(Read(depth + 1));
        }

        _position++;
        return items;
    }

    private Dictionary<string, BencodeValue> ReadDictionary(int depth)
    {
        _position++;
        var entries = new Dictionary<string, BencodeValue>(StringComparer.Ordinal);
        string? previous = null;
        while (Peek() != (byte)'e')
        {
            var key = BencodeValue.Latin1.GetString(ReadBytes());
            if (previous is not null && string.CompareOrdinal(previous, key) >= 0)
            {
                throw Bad("a key is out of order or twice there");
            }

            previous = key;
            entries.Add(key, Read(depth + 1));
        }

        _position++;
        return entries;
    }

    private byte[] ReadBytes()
    {
        var length = ReadNumber((byte)':', signed: false);
        if (length > _data.Length - _position)
        {
            throw Bad("a string is longer than the data");
        }

        var bytes = new byte[length];
        Array.Copy(_data, _position, bytes, 0, bytes.Length);
        _position += bytes.Length;
        return bytes;
    }

    private long ReadNumber(byte end, bool signed)
    {
        var start = _position;
        while (Peek() != end)
        {
            // 20 characters hold every 64-bit number with its sign.
            if (_position - start >= 20)
            {
                throw Bad("a number is too long");
            }

            _position++;
        }

        var text = BencodeValue.Latin1.GetString(_data, start, _position - start);
        _position++;
        var digits = signed && text.StartsWith("-", StringComparison.Ordinal) ? text.Substring(1) : text;
        var canonical = digits.Length > 0 && (digits[0] != '0' || text.Length == 1);
        return canonical
            && digits.All(c => c is >= '0' and <= '9')
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad("not a number");
    }

    private byte Peek() => _position < _data.Length ? _data[_position] : throw Bad("the data ends early");

    private FormatException Bad(string what) => new($"Not bencoding at byte {_position}: {what}.");
}
