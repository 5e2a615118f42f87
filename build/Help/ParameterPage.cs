using System.Globalization;

namespace GostBt.Build.Help;

/// <summary>A parameter as its page describes it: <c>### -Name &lt;Type&gt;</c>, text, and a last line of facts in italics, parted by <c> · </c>.</summary>
internal sealed record ParameterPage(
    string Name, string? Type, IReadOnlyList<string> Description, bool Required, int? Position, string Pipeline, string Default, bool Wildcards, string Aliases)
{
    public static ParameterPage Read(string heading, IReadOnlyList<string> lines, string file)
    {
        var words = heading.Split(' ', 2);
        var facts = lines.LastOrDefault(line => line.StartsWith('*') && line.EndsWith('*'))
            ?? throw new FormatException($"{file}: {heading} lacks its line of facts, such as '*optional · pipeline: no*'.");
        var parts = facts.Trim('*').Split(" · ");
        var position = Value(parts, "position ");
        return new ParameterPage(
            words[0].TrimStart('-'),
            words.Length > 1 ? words[1].Trim('<', '>') : null,
            MarkdownSections.Paragraphs(lines.Where(line => line != facts)),
            parts.Contains("required"),
            position is null ? null : int.Parse(position, CultureInfo.InvariantCulture),
            Value(parts, "pipeline: ") ?? throw new FormatException($"{file}: {heading} does not say 'pipeline:'."),
            MarkdownSections.Plain(Value(parts, "default ") ?? "None"),
            parts.Contains("wildcards"),
            Value(parts, "alias ") ?? "none");
    }

    private static string? Value(string[] parts, string key) =>
        parts.FirstOrDefault(part => part.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();
}
