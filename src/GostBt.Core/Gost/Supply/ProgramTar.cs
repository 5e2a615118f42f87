using System.Globalization;
using System.Text;

namespace GostBt.Gost.Supply;

/// <summary>
/// Reads one file out of a tar stream (POSIX ustar). Strict: links, devices, lying headers, long names and whatever else a gost release does not
/// hold end it.
/// </summary>
/// <param name="stream">The stream, not compressed.</param>
internal sealed class ProgramTar(Stream stream)
{
    private const int Block = 512;
    private const int ChecksumAt = 148;
    private const int ChecksumLength = 8;

    private readonly byte[] _header = new byte[Block];

    /// <summary>Copies the file of that name, which must be there once, and reads the archive to its end.</summary>
    /// <exception cref="InvalidDataException">The archive is cut off or holds what it should not.</exception>
    public async Task ExtractAsync(string name, Stream target, CancellationToken cancellationToken)
    {
        var found = false;
        for (var entries = 0; await NextAsync(cancellationToken).ConfigureAwait(false); entries++)
        {
            if (entries == ProgramArchive.MaxEntries)
            {
                throw new InvalidDataException("it has too many entries.");
            }

            var size = Octal(124, 12);
            var type = (char)_header[156];
            if (type is 'x' or 'g')
            {
                await RequireHarmlessAsync(size, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var entry = ProgramArchive.RequireName(Name());
            if (type is not ('0' or '\0' or '5') || (type == '5' && size != 0))
            {
                throw new InvalidDataException($"'{entry}' is not a plain file.");
            }

            if (size > ProgramArchive.MaxProgram)
            {
                throw new InvalidDataException($"'{entry}' is too large.");
            }

            var wanted = entry == name && type != '5';
            if (wanted && (found || size == 0))
            {
                throw new InvalidDataException(found ? $"it has {name} twice." : $"its {name} is empty.");
            }

            found |= wanted;
            await ProgramArchive.CopyAsync(stream, wanted ? target : Stream.Null, size, cancellationToken).ConfigureAwait(false);
            await ProgramArchive.CopyAsync(stream, Stream.Null, Padding(size), cancellationToken).ConfigureAwait(false);
        }

        if (!found)
        {
            throw new InvalidDataException($"it holds no {name}.");
        }
    }

    private static long Padding(long size) => (Block - (size % Block)) % Block;

    /// <summary>Reads a header; false at the end, which is a block of zeros. A stream that ends without one is cut off.</summary>
    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        using (var header = new MemoryStream(_header))
        {
            await ProgramArchive.CopyAsync(stream, header, Block, cancellationToken).ConfigureAwait(false);
        }

        if (_header.All(value => value == 0))
        {
            return false;
        }

        var sum = _header.Select((value, index) => index is >= ChecksumAt and < ChecksumAt + ChecksumLength ? ' ' : (int)value).Sum();
        return Octal(ChecksumAt, ChecksumLength) == sum ? true : throw new InvalidDataException("a header is damaged.");
    }

    /// <summary>An extended header (pax) may tell times and the like, not another name, length or target.</summary>
    private async Task RequireHarmlessAsync(long size, CancellationToken cancellationToken)
    {
        if (size > 16 * 1024)
        {
            throw new InvalidDataException("an extended header is too long.");
        }

        using var content = new MemoryStream();
        await ProgramArchive.CopyAsync(stream, content, size, cancellationToken).ConfigureAwait(false);
        await ProgramArchive.CopyAsync(stream, Stream.Null, Padding(size), cancellationToken).ConfigureAwait(false);
        foreach (var line in Encoding.UTF8.GetString(content.ToArray()).Split(['\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var key = line.Substring(line.IndexOf(' ') + 1).Split('=')[0];
            if (key is not ("mtime" or "atime" or "ctime" or "comment" or "uname" or "gname" or "uid" or "gid"))
            {
                throw new InvalidDataException("it has an extended header that a release has not.");
            }
        }
    }

    private string Name()
    {
        var prefix = Text(345, 155);
        return IsUstar() && prefix.Length > 0 ? prefix + "/" + Text(0, 100) : Text(0, 100);
    }

    private bool IsUstar() => Encoding.ASCII.GetString(_header, 257, 6) == "ustar\0";

    private string Text(int at, int length)
    {
        var end = Array.IndexOf(_header, (byte)0, at, length);
        return Encoding.UTF8.GetString(_header, at, (end < 0 ? at + length : end) - at);
    }

    private long Octal(int at, int length)
    {
        var text = Text(at, length).Trim(' ');
        return text.Length is > 0 and <= 12 && text.All(c => c is >= '0' and <= '7')
            ? Convert.ToInt64(text, 8)
            : throw new InvalidDataException(string.Format(CultureInfo.InvariantCulture, "a header has no number at {0}.", at));
    }
}
