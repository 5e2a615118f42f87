using System.Globalization;

namespace GostBt.BitTorrent;

/// <summary>Writes bencoding (BEP 3): keys in byte order, whatever order they came in.</summary>
public static class BencodeWriter
{
    /// <param name="value">What to write.</param>
    /// <returns>Its one and only encoding.</returns>
    public static byte[] Encode(BencodeValue value)
    {
        using var stream = new MemoryStream();
        Write(stream, value);
        return stream.ToArray();
    }

    private static void Write(MemoryStream stream, BencodeValue value)
    {
        switch (value.Kind)
        {
            case BencodeKind.Integer:
                WriteText(stream, "i" + value.AsInteger!.Value.ToString(CultureInfo.InvariantCulture) + "e");
                break;
            case BencodeKind.Bytes:
                WriteBytes(stream, value.AsBytes!);
                break;
            case BencodeKind.List:
                stream.WriteByte((byte)'l');
                foreach (var item in value.AsList!)
                {
                    Write(stream, item);
                }

                stream.WriteByte((byte)'e');
                break;
            default:
                stream.WriteByte((byte)'d');
                foreach (var entry in value.AsDictionary!.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    WriteBytes(stream, BencodeValue.Latin1.GetBytes(entry.Key));
                    Write(stream, entry.Value);
                }

                stream.WriteByte((byte)'e');
                break;
        }
    }

    private static void WriteBytes(MemoryStream stream, byte[] bytes)
    {
        WriteText(stream, bytes.Length.ToString(CultureInfo.InvariantCulture) + ":");
        stream.Write(bytes, 0, bytes.Length);
    }

    private static void WriteText(MemoryStream stream, string text)
    {
        var bytes = BencodeValue.Latin1.GetBytes(text);
        stream.Write(bytes, 0, bytes.Length);
    }
}
