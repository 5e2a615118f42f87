using System.Text;

namespace GostBt.Processes;

/// <summary>
/// The one place that turns a list of arguments into the single string that netstandard2.0's <c>ProcessStartInfo.Arguments</c> takes.
/// .NET splits that string on Unix by the rules of Windows' <c>CommandLineToArgvW</c>, so one form serves both: an argument that is empty or holds
/// white space or a quote is quoted, and backslashes are doubled only before a quote.
/// </summary>
public static class ProcessArguments
{
    private static readonly char[] NeedsQuotes = [' ', '\t', '\n', '\v', '"'];

    /// <param name="arguments">Any texts without NUL.</param>
    /// <returns>A string that the child sees as exactly <paramref name="arguments"/>.</returns>
    /// <exception cref="ArgumentException">An argument holds a NUL character, which no process can be given.</exception>
    public static string Join(IEnumerable<string> arguments)
    {
        var text = new StringBuilder();
        foreach (var argument in arguments)
        {
            if (text.Length > 0)
            {
                text.Append(' ');
            }

            Append(text, argument);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string argument)
    {
        if (argument.IndexOf('\0') >= 0)
        {
            throw new ArgumentException("An argument cannot hold a NUL character.", nameof(argument));
        }

        if (argument.Length > 0 && argument.IndexOfAny(NeedsQuotes) < 0)
        {
            text.Append(argument);
            return;
        }

        text.Append('"');
        var backslashes = 0;
        foreach (var character in argument)
        {
            if (character == '\\')
            {
                backslashes++;
                continue;
            }

            // Backslashes are literal, except before a quote, where each needs another and the quote one more.
            text.Append('\\', character == '"' ? (2 * backslashes) + 1 : backslashes).Append(character);
            backslashes = 0;
        }

        text.Append('\\', 2 * backslashes).Append('"');
    }
}
