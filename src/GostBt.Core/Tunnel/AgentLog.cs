using System.Globalization;
using System.Text;

namespace GostBt.Tunnel;

/// <summary>
/// The agent's log file: UTC time, level, text. At its limit the content moves to a second file and the first is emptied, not replaced, because the
/// agent's own standard error stays open on it.
/// </summary>
internal sealed class AgentLog(string path, long limit = 1024 * 1024)
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    private const FileShare Sharing = FileShare.ReadWrite | FileShare.Delete;

    private readonly object _gate = new();

    public void Info(string text) => Write("info", text);

    public void Warn(string text) => Write("warn", text);

    /// <summary>A line of an engine, as it came.</summary>
    public void Engine(string line) => Write("engine", line);

    private void Write(string level, string text)
    {
        var line = string.Format(CultureInfo.InvariantCulture, "{0:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {1} {2}\n", DateTime.UtcNow, level, text.Replace("\n", " "));
        var bytes = Utf8.GetBytes(line);
        lock (_gate)
        {
            try
            {
                var file = new FileInfo(path);
                if (file.Exists && file.Length + bytes.Length > limit)
                {
                    File.Copy(path, path + ".1", overwrite: true);
                    new FileStream(path, FileMode.Truncate, FileAccess.Write, Sharing).Dispose();
                }

                using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, Sharing);
                stream.Write(bytes, 0, bytes.Length);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk, or a folder that somebody closed, must not take the tunnel down.
            }
        }
    }
}
