using GostBt.Engine.Files;
using GostBt.Engine.Logging;
using GostBt.Gost;
using GostBt.Model;

namespace GostBt.Engine.Bypasses;

/// <summary>
/// The file of a bypass: one matcher a line, <c>#</c> starts a comment. Looked at when a decision is made, at most once per <c>reload</c>, so that
/// a change counts for the next decision.
/// </summary>
internal sealed class BypassFile
{
    private readonly string _path;
    private readonly WatchedFiles? _watch;

    /// <param name="configuration">With a file.</param>
    /// <param name="take">Takes up its lines, one call at a time.</param>
    /// <param name="log">Told of a file that cannot be used.</param>
    /// <exception cref="GostBtException">The file cannot be read, or a line of it cannot be used.</exception>
    internal BypassFile(GostBypass configuration, Action<IReadOnlyList<string>> take, EngineLog log)
    {
        _path = configuration.File!;
        if (configuration.Reload is { } reload && reload > TimeSpan.Zero)
        {
            // Half a rule set would open what the other half shuts: the old rules stay until the file can be used again.
            _watch = new WatchedFiles(
                () => take(Read()), problem => log.Warn($"bypass {configuration.Name}: {problem} The rules stay as they were."), reload, _path);
        }

        try
        {
            take(Read());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"Bypass '{configuration.Name}' cannot read its file '{_path}': {e.Message}",
                "Create the file or correct file.path.",
                e);
        }
    }

    /// <summary>Reads the file again if that is due and it has changed.</summary>
    internal void Refresh() => _watch?.Refresh();

    private List<string> Read()
    {
        var lines = new List<string>();
        var number = 0;
        foreach (var line in File.ReadLines(_path))
        {
            number++;
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var matcher = (comment < 0 ? line : line[..comment]).Trim();
            if (matcher.Length == 0)
            {
                continue;
            }

            if (!AddressRules.TryParse([matcher], out _, out var problem))
            {
                throw new GostBtException(GostBtFailure.InvalidInput, $"{_path}, line {number}: {problem}.", "Correct the line.");
            }

            lines.Add(matcher);
        }

        return lines;
    }
}
