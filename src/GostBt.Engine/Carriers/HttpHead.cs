using System.Text;

namespace GostBt.Engine.Carriers;

/// <summary>The head of an HTTP/1.1 message: its first line and its headers, with the limits a public port needs.</summary>
internal sealed class HttpHead
{
    /// <summary>The longest head taken, in bytes.</summary>
    internal const int MaximumLength = 8 * 1024;

    private readonly Dictionary<string, string> _headers;

    private HttpHead(string firstLine, Dictionary<string, string> headers)
    {
        FirstLine = firstLine;
        _headers = headers;
    }

    /// <summary>The request line or status line.</summary>
    internal string FirstLine { get; }

    /// <summary>A header's value, values of a repeated one joined by commas; empty where it is missing.</summary>
    internal string this[string name] => _headers.GetValueOrDefault(name, string.Empty);

    /// <summary>Whether a comma-separated header holds a token.</summary>
    internal bool HasToken(string name, string token) =>
        this[name].Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads up to and including the empty line and not one byte more: what follows belongs to the websocket.</summary>
    /// <exception cref="InvalidDataException">It is too long, not ASCII, or not HTTP.</exception>
    /// <exception cref="EndOfStreamException">The connection ended first.</exception>
    internal static async ValueTask<HttpHead> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaximumLength];
        for (var length = 0; length < MaximumLength;)
        {
            // A byte at a time costs a few hundred calls once a connection, and needs no buffer between TLS and the websocket ever after.
            if (await stream.ReadAsync(bytes.AsMemory(length, 1), cancellationToken).ConfigureAwait(false) == 0)
            {
                throw new EndOfStreamException();
            }

            length++;
            if (bytes.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                return Parse(bytes.AsSpan(0, length - 4));
            }
        }

        throw new InvalidDataException("the HTTP head is too long");
    }

    private static HttpHead Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.ContainsAnyInRange((byte)0x80, (byte)0xff) || bytes.Contains((byte)0))
        {
            throw new InvalidDataException("the HTTP head is not ASCII");
        }

        var lines = Encoding.ASCII.GetString(bytes).Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new InvalidDataException("a line of the HTTP head is not a header");
            }

            var name = line[..colon];
            var value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out var before) ? before + "," + value : value;
        }

        return new HttpHead(lines[0], headers);
    }
}
