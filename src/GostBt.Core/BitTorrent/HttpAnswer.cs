using System.Globalization;

namespace GostBt.BitTorrent;

/// <summary>The little of an HTTP/1.0 answer that a tracker's needs: status and body, the body ending with the connection or by Content-Length.</summary>
internal static class HttpAnswer
{
    public static (int Status, byte[] Body) Parse(byte[] answer)
    {
        var end = HeaderEnd(answer, answer.Length);
        var head = end < 0 ? string.Empty : BencodeValue.Latin1.GetString(answer, 0, end);
        var words = head.Split(' ', '\r');
        if (words.Length < 2
            || !words[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new FormatException("Not HTTP.");
        }

        if (ContentLength(head) is { } length && answer.Length - end < length)
        {
            throw new FormatException("The answer ends early.");
        }

        return (status, answer.Skip(end).Take(ContentLength(head) ?? int.MaxValue).ToArray());
    }

    /// <summary>Whether everything that Content-Length announced is there.</summary>
    public static bool IsComplete(byte[] answer, int length)
    {
        var end = HeaderEnd(answer, length);
        return end >= 0 && ContentLength(BencodeValue.Latin1.GetString(answer, 0, end)) is { } body && length - end >= body;
    }

    private static int HeaderEnd(byte[] answer, int length)
    {
        for (var i = 3; i < length; i++)
        {
            if (answer[i] == '\n' && answer[i - 1] == '\r' && answer[i - 2] == '\n' && answer[i - 3] == '\r')
            {
                return i + 1;
            }
        }

        return -1;
    }

    private static int? ContentLength(string head)
    {
        const string Name = "content-length:";
        var line = head.Split('\n').FirstOrDefault(l => l.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is not null && int.TryParse(line.Substring(Name.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : null;
    }
}
