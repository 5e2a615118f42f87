namespace GostBt.Build.Help;

/// <summary>An example: a title, its first block of code, and what is said about it.</summary>
internal sealed record ExamplePage(string Title, string Code, IReadOnlyList<string> Remarks)
{
    public static ExamplePage Read(string heading, IReadOnlyList<string> lines, string file)
    {
        var begin = lines.ToList().FindIndex(line => line.StartsWith("```", StringComparison.Ordinal));
        var end = begin < 0 ? -1 : lines.ToList().FindIndex(begin + 1, line => line.StartsWith("```", StringComparison.Ordinal));
        return end < 0
            ? throw new FormatException($"{file}: the example '{heading}' has no code.")
            : new ExamplePage(
                heading,
                string.Join('\n', lines.Skip(begin + 1).Take(end - begin - 1)),
                MarkdownSections.Paragraphs(lines.Take(begin).Concat(lines.Skip(end + 1))));
    }
}
