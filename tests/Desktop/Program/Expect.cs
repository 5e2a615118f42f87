namespace GostBt.Desktop.Tests;

/// <summary>What a check states.</summary>
internal static class Expect
{
    public static void True(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException(what);
        }
    }

    public static void Equal<T>(T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            throw new InvalidDataException($"Expected {expected}, found {found}");
        }
    }

    public static void Contains(string part, string whole) => True(whole.IndexOf(part, StringComparison.Ordinal) >= 0, $"'{part}' is not in: {whole}");

    public static T Throws<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T e)
        {
            return e;
        }

        throw new InvalidDataException($"No {typeof(T).Name}");
    }
}
