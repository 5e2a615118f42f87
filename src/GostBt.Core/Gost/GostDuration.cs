using System.Globalization;

namespace GostBt.Gost;

/// <summary>Durations as Go writes them: <c>300ms</c>, <c>10s</c>, <c>1m30s</c> (time.ParseDuration).</summary>
public static class GostDuration
{
    /// <param name="value">Whole milliseconds, not negative.</param>
    public static string Format(TimeSpan value) => value.TotalMilliseconds % 1000 == 0
        ? ((long)value.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s"
        : ((long)value.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";

    /// <param name="text">Numbers with the units <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>; a bare number is seconds, as gost's metadata takes it.</param>
    /// <param name="value">The duration.</param>
    /// <returns>Whether the text was one.</returns>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return TryFromSeconds(seconds, out value);
        }

        var total = 0.0;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsDigit(text[at]) || text[at] == '.'))
            {
                at++;
            }

            if (!double.TryParse(text.Substring(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            var unit = at;
            while (at < text.Length && char.IsLetter(text[at]))
            {
                at++;
            }

            switch (text.Substring(unit, at - unit))
            {
                case "ms": total += number / 1000; break;
                case "s": total += number; break;
                case "m": total += number * 60; break;
                case "h": total += number * 3600; break;
                default: return false;
            }
        }

        return text.Length > 0 && TryFromSeconds(total, out value);
    }

    private static bool TryFromSeconds(double seconds, out TimeSpan value)
    {
        const double Limit = 10 * 365 * 24 * 3600.0;
        var ok = seconds is >= 0 and <= Limit;
        value = ok ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return ok;
    }
}
