using System.Globalization;

namespace GostBt.Engine.Logging;

/// <summary>
/// The engine's log: one line an event, UTC time first. What is written never holds a secret, and from info upwards no
/// address of a peer either, so that a log can be shown to others. From info upwards it is also bounded, so that nobody can fill a disk with it from outside.
/// </summary>
public sealed class EngineLog
{
    /// <summary>The most lines of info and above that are written in <see cref="Window"/>.</summary>
    internal const int Burst = 200;

    /// <summary>Milliseconds.</summary>
    internal const long Window = 30_000;

    private readonly TextWriter _writer;
    private readonly Func<long> _clock;
    private readonly Lock _gate = new();
    private long _windowStart;
    private int _written;
    private int _leftOut;

    /// <param name="writer">Where lines go; used by one thread at a time, not disposed.</param>
    /// <param name="level">The least urgent level that is written.</param>
    public EngineLog(TextWriter writer, EngineLogLevel level)
        : this(writer, level, () => Environment.TickCount64)
    {
    }

    internal EngineLog(TextWriter writer, EngineLogLevel level, Func<long> clock)
    {
        _writer = writer;
        _clock = clock;
        _windowStart = clock();
        Level = level;
    }

    /// <summary>The least urgent level that is written; ask before building a costly message.</summary>
    public EngineLogLevel Level { get; }

    /// <summary>Whether a message of this level would be written.</summary>
    public bool Writes(EngineLogLevel level) => level >= Level;

    public void Debug(string message) => Write(EngineLogLevel.Debug, "debug", message);

    public void Info(string message) => Write(EngineLogLevel.Info, "info", message);

    public void Warn(string message) => Write(EngineLogLevel.Warn, "warn", message);

    public void Error(string message) => Write(EngineLogLevel.Error, "error", message);

    private void Write(EngineLogLevel level, string label, string message)
    {
        if (!Writes(level))
        {
            return;
        }

        lock (_gate)
        {
            if (level > EngineLogLevel.Debug && !Admit())
            {
                return;
            }

            WriteLine(label, message);
        }
    }

    private bool Admit()
    {
        if (_clock() - _windowStart >= Window)
        {
            _windowStart = _clock();
            _written = 0;
            if (_leftOut > 0)
            {
                WriteLine("warn", $"{_leftOut} lines were left out");
                _leftOut = 0;
            }
        }

        if (_written < Burst)
        {
            _written++;
            return true;
        }

        _leftOut++;
        return false;
    }

    private void WriteLine(string label, string message)
    {
        var time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        try
        {
            _writer.WriteLine($"{time} {label} {message}");
            _writer.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A log nobody reads any more (closed pipe) is no reason to stop carrying traffic.
        }
    }
}
