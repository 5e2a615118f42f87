using System.Text.RegularExpressions;
using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>A release's <c>checksums.txt</c>: a SHA-256 and a name a line, as <c>sha256sum</c> writes them.</summary>
public sealed class GostChecksums
{
    /// <summary>The longest text that is read, characters.</summary>
    public const int MaxLength = 64 * 1024;

    private static readonly Regex LineForm = new(@"\A([0-9a-fA-F]{64})[ \t]+\*?([A-Za-z0-9][A-Za-z0-9._+-]*)\z", RegexOptions.CultureInvariant);

    private readonly Dictionary<string, string> _hashes;

    private GostChecksums(Dictionary<string, string> hashes) => _hashes = hashes;

    /// <param name="text">The file.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.DownloadFailed"/>: it is something else, such as a mirror's page.</exception>
    public static GostChecksums Parse(string text)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            var match = LineForm.Match(line);
            if (!match.Success || hashes.ContainsKey(match.Groups[2].Value))
            {
                throw Unreadable();
            }

            hashes.Add(match.Groups[2].Value, match.Groups[1].Value.ToLowerInvariant());
        }

        return hashes.Count > 0 ? new GostChecksums(hashes) : throw Unreadable();
    }

    /// <summary>An asset's SHA-256, lower-case hex; null where the release has no such asset.</summary>
    public string? Of(string asset) => _hashes.TryGetValue(asset, out var hash) ? hash : null;

    private static GostBtException Unreadable() => new(
        GostBtFailure.DownloadFailed, $"What was served as {GostRelease.Checksums} is not a list of checksums.", "Try again; behind a captive portal or a filter, give the archive by -Path instead.");
}
