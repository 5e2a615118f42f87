namespace GostBt.Ssh;

/// <summary>The one place that quotes for a POSIX shell.</summary>
public static class ShellQuote
{
    /// <param name="value">Any text but NUL, which no shell word can hold.</param>
    /// <returns>One shell word that expands to exactly <paramref name="value"/>.</returns>
    public static string Quote(string value)
    {
        if (value.IndexOf('\0') >= 0)
        {
            throw new ArgumentException("A shell word cannot hold a NUL character.", nameof(value));
        }

        return "'" + value.Replace("'", "'\\''") + "'";
    }
}
