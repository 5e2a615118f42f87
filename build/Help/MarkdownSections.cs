using System.Text.RegularExpressions;

namespace GostBt.Build.Help;

/// <summary>A markdown file cut at its headings of one level; what stands before the first is under the empty heading.</summary>
internal static partial class MarkdownSections
{
    public static IReadOnlyList<(string Heading, IReadOnlyList<string> Lines)> Cut(IEnumerable<string> lines, int level)
    {
        var mark = new string('#', level) + " ";
        var sections = new List<(string, IReadOnlyList<string>)>();
        var heading = string.Empty;
        var body = new List<string>();
        var fenced = false;
        foreach (var line in lines)
        {
            fenced ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!fenced && line.StartsWith(mark, StringComparison.Ordinal))
            {
                sections.Add((heading, body));
                heading = line[mark.Length..].Trim();
                body = [];
            }
            else
            {
                body.Add(line);
            }
        }

        sections.Add((heading, body));
        return sections;
    }

    /// <summary>Paragraphs as plain text; an item of a list is a paragraph of its own, and fenced code keeps its lines.</summary>
    public static IReadOnlyList<string> Paragraphs(IEnumerable<string> lines)
    {
        var paragraphs = new List<string>();
        var current = new List<string>();
        var fenced = false;
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                Flush();
                fenced = !fenced;
            }
            else if (fenced)
            {
                paragraphs.Add("    " + line);
            }
            else
            {
                if (line.Length == 0 || line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith('|'))
                {
                    Flush();
                }

                if (line.Length > 0)
                {
                    current.Add(line.Trim());
                }
            }
        }

        Flush();
        return paragraphs;

        void Flush()
        {
            if (current.Count > 0)
            {
                paragraphs.Add(Plain(string.Join(' ', current)));
                current.Clear();
            }
        }
    }

    /// <summary>Without the marks of markdown.</summary>
    public static string Plain(string text) => Link().Replace(text, "$1").Replace("`", string.Empty, StringComparison.Ordinal).Replace("**", string.Empty, StringComparison.Ordinal);

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]*\)", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
