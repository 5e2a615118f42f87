using System.Globalization;
using System.Text.RegularExpressions;

namespace GostBt.Ssh;

/// <summary>Files in one stream, one after the other; the lengths travel beside it.</summary>
internal sealed class SshUpload
{
    private static readonly Regex NameForm = new("\\A[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\\z", RegexOptions.CultureInvariant);

    private readonly IReadOnlyList<SshFile> _files;

    public SshUpload(IReadOnlyList<SshFile> files)
    {
        if (files.FirstOrDefault(file => !NameForm.IsMatch(file.Name)) is { } bad)
        {
            throw new ArgumentException($"'{bad.Name}' is not the name of an uploaded file.", nameof(files));
        }

        if (files.Select(file => file.Name).Distinct(StringComparer.Ordinal).Count() != files.Count)
        {
            throw new ArgumentException("Two uploaded files have one name.", nameof(files));
        }

        _files = files;
    }

    /// <summary><c>NAME:LENGTH</c> of each file in the order of the stream.</summary>
    public IReadOnlyList<string> Manifest => [.. _files.Select(file => file.Name + ":" + file.Length.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Writes all of it; <paramref name="progress"/> hears of it at most five times a second.</summary>
    public async Task WriteAsync(Stream output, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var sent = 0L;
        var told = Environment.TickCount;
        foreach (var file in _files)
        {
            using var content = file.Open();
            var left = file.Length;
            while (left > 0)
            {
                var count = await content.ReadAsync(buffer, 0, (int)Math.Min(buffer.Length, left), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    // The host sees a stream that is too short and runs nothing.
                    throw new IOException($"{file.Name} became shorter while it was sent.");
                }

                await output.WriteAsync(buffer, 0, count, cancellationToken).ConfigureAwait(false);
                left -= count;
                sent += count;
                if (progress is not null && unchecked(Environment.TickCount - told) >= 200)
                {
                    told = Environment.TickCount;
                    progress.Report(sent);
                }
            }
        }

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(sent);
    }
}
