using System.Security.Cryptography;
using System.Text;

namespace GostBt.Tunnel;

/// <summary>
/// Where an agent is asked: a socket in its state folder, which only its user can open, on Windows a pipe of this user's. One line asks, one line answers:
/// <c>ok</c> or <c>error</c>, and text in which whatever is not plain is percent-encoded (RFC 3986).
/// </summary>
internal static class AgentPipe
{
    /// <summary>The longest question, bytes.</summary>
    public const int LongestRequest = 64;

    /// <summary>The longest answer, bytes.</summary>
    public const int LongestAnswer = 64 * 1024;

    // sockaddr_un has room for 108 bytes, with a zero at the end (unix(7)).
    private const int LongestSocketPath = 107;

    /// <summary>The pipe's name; null where the state folder's path is too long for a socket in it.</summary>
    public static string? NameOf(AgentFiles files)
    {
        if (Path.DirectorySeparatorChar == '/')
        {
            return Encoding.UTF8.GetByteCount(files.Socket) <= LongestSocketPath ? files.Socket : null;
        }

        using var hash = SHA256.Create();
        var folder = Encoding.UTF8.GetBytes(Path.GetFullPath(files.Folder).ToUpperInvariant());
        return "gostbt-agent-" + BitConverter.ToString(hash.ComputeHash(folder), 0, 16).Replace("-", string.Empty);
    }

    /// <summary>Reads up to the end of the line.</summary>
    /// <returns>Null when the other end closed before a line was whole.</returns>
    /// <exception cref="InvalidDataException">The line is longer than <paramref name="limit"/>.</exception>
    public static async Task<string?> ReadLineAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        var buffer = new byte[Math.Min(limit, 4096)];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            var end = Array.IndexOf(buffer, (byte)'\n', 0, count);
            line.Write(buffer, 0, end < 0 ? count : end);
            if (line.Length > limit)
            {
                throw new InvalidDataException("The line is longer than any of ours.");
            }

            if (end >= 0)
            {
                return Encoding.UTF8.GetString(line.ToArray());
            }
        }
    }

    public static async Task WriteLineAsync(Stream stream, string line, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        await stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
