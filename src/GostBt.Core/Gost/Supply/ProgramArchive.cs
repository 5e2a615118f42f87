using System.IO.Compression;
using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>
/// Takes the one program out of an archive of a gost release. Nothing else is ever written, whatever the archive says; one that holds anything a
/// release does not hold is refused whole.
/// </summary>
internal static class ProgramArchive
{
    /// <summary>The longest program, bytes; releases have less than 40 MB.</summary>
    public const long MaxProgram = 128L << 20;

    /// <summary>The longest archive, bytes.</summary>
    public const long MaxArchive = 64L << 20;

    /// <summary>The most entries; releases have four.</summary>
    public const int MaxEntries = 64;

    /// <summary>Whether a file is a gzip or zip archive, by its first bytes.</summary>
    public static bool Is(string path)
    {
        using var file = File.OpenRead(path);
        return file.ReadByte() is var first && file.ReadByte() is var second && ((first, second) is (0x1F, 0x8B) or ('P', 'K'));
    }

    /// <param name="archive">A tar.gz or a zip.</param>
    /// <param name="program">The entry: <c>gost</c> or <c>gost.exe</c>, at the top.</param>
    /// <param name="target">Where its content goes; a new file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.DownloadFailed"/>: the archive is cut off, holds no such program, or something a release does not hold.</exception>
    public static async Task ExtractAsync(string archive, string program, string target, CancellationToken cancellationToken)
    {
        try
        {
            using var input = File.OpenRead(archive);
            using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            if (input.ReadByte() == 'P')
            {
                input.Position = 0;
                await UnzipAsync(input, program, output, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                input.Position = 0;
                using var tar = new GZipStream(input, CompressionMode.Decompress);
                await new ProgramTar(tar).ExtractAsync(program, output, cancellationToken).ConfigureAwait(false);
            }

            output.Flush(flushToDisk: true);
        }
        catch (InvalidDataException e)
        {
            throw new GostBtException(
                GostBtFailure.DownloadFailed, $"{Path.GetFileName(archive)} is not an archive of a gost release: {e.Message}", "Fetch it again, from the release's own page.", e);
        }
    }

    /// <summary>Refuses what cannot be the name of a release's entry: absolute, upwards, or of another system.</summary>
    public static string RequireName(string name)
    {
        var plain = name.Length > 2 && name.StartsWith("./", StringComparison.Ordinal) ? name.Substring(2) : name;
        return plain.Length is 0 or > 200 || plain[0] == '/' || plain.Any(c => c is '\\' or ':' || char.IsControl(c)) || plain.Split('/').Any(part => part is "..")
            ? throw new InvalidDataException($"it has an entry named '{new string([.. name.Take(40).Select(c => char.IsControl(c) ? '?' : c)])}'.")
            : plain;
    }

    /// <summary>Copies an entry, whose length the archive's directory may lie about.</summary>
    public static async Task CopyAsync(Stream from, Stream to, long length, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var left = length;
        while (left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = await from.ReadAsync(buffer, 0, (int)Math.Min(buffer.Length, left), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new InvalidDataException("it is cut off.");
            }

            await to.WriteAsync(buffer, 0, count, cancellationToken).ConfigureAwait(false);
            left -= count;
        }
    }

    private static async Task UnzipAsync(Stream input, string program, Stream output, CancellationToken cancellationToken)
    {
        using var zip = new ZipArchive(input, ZipArchiveMode.Read);
        if (zip.Entries.Count > MaxEntries)
        {
            throw new InvalidDataException("it has too many entries.");
        }

        ZipArchiveEntry? found = null;
        foreach (var entry in zip.Entries)
        {
            var name = RequireName(entry.FullName);
            if (name == program)
            {
                found = found is null ? entry : throw new InvalidDataException($"it has {program} twice.");
            }
        }

        if (found is null)
        {
            throw new InvalidDataException($"it holds no {program}.");
        }

        if (found.Length is 0 or > MaxProgram)
        {
            throw new InvalidDataException($"its {program} is empty or too large.");
        }

        using var content = found.Open();
        await CopyAsync(content, output, found.Length, cancellationToken).ConfigureAwait(false);
        if (content.ReadByte() >= 0)
        {
            throw new InvalidDataException($"its {program} is longer than it says.");
        }
    }
}
