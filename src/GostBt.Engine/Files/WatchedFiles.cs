using System.Security.Cryptography;
using GostBt.Model;

namespace GostBt.Engine.Files;

/// <summary>
/// Files that may be replaced while the engine runs. Looked at when what they hold is needed, at most once an interval, so that an idle engine wakes
/// up for nothing. What was read last holds until something newer could be read: files that cannot be used at the moment are tried again at each
/// look, and complained of once.
/// </summary>
internal sealed class WatchedFiles
{
    private readonly Action _read;
    private readonly Action<string> _complain;
    private readonly TimeSpan _interval;
    private readonly string[] _paths;
    private readonly Lock _gate = new();
    private long _lookedAt = Environment.TickCount64;
    private string _taken;
    private bool _complained;

    /// <summary>To be made before the files are read for the first time.</summary>
    /// <param name="read">Reads them and takes up what they hold; called by one thread at a time.</param>
    /// <param name="complain">Told why they could not be read.</param>
    /// <param name="interval">How long they are not looked at again.</param>
    /// <param name="paths">The files.</param>
    internal WatchedFiles(Action read, Action<string> complain, TimeSpan interval, params string[] paths)
    {
        _read = read;
        _complain = complain;
        _interval = interval;
        _paths = paths;
        _taken = Look();
    }

    /// <summary>Whether an exception may come of a file that is missing, shut, or holds what cannot be used.</summary>
    internal static bool IsOfFiles(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or GostBtException;

    /// <summary>Reads the files again if it is time to look, and they are not what was last read.</summary>
    internal void Refresh()
    {
        if (!IsDue())
        {
            return;
        }

        lock (_gate)
        {
            if (!IsDue())
            {
                return;
            }

            Volatile.Write(ref _lookedAt, Environment.TickCount64);
            try
            {
                // Looked at first: what changes while it is read is read again.
                var now = Look();
                if (now == _taken)
                {
                    return;
                }

                _read();
                _taken = now;
                _complained = false;
            }
            catch (Exception e) when (IsOfFiles(e))
            {
                // Somebody is in the middle of replacing them, perhaps.
                if (!_complained)
                {
                    _complained = true;
                    _complain(e.Message);
                }
            }
        }
    }

    private bool IsDue() => Environment.TickCount64 - Volatile.Read(ref _lookedAt) >= _interval.TotalMilliseconds;

    private string Look() => string.Join('|', _paths.Select(path => new FileInfo(path) is { Exists: true } file
        ? FormattableString.Invariant($"{file.LastWriteTimeUtc.Ticks}:{file.Length}")
        : "missing"));
}
