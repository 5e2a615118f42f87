namespace GostBt.Engine.Bypasses;

/// <summary>Patterns in which <c>*</c> is any text, dots included, and <c>?</c> one character, as gost's glob library has them.</summary>
internal static class Wildcard
{
    internal static bool Matches(string pattern, string text)
    {
        // The usual walk with one point of return: it is linear enough for any pattern, where a recursive one would not be.
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && (pattern[p] == '?' || char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(text[t])))
            {
                p++;
                t++;
            }
            else if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }
}
