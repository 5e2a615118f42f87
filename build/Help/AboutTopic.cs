using System.Text;

namespace GostBt.Build.Help;

/// <summary>Writes an about topic as Get-Help shows it: plain text, headings in capitals, the rest indented and at most 80 columns wide.</summary>
internal static class AboutTopic
{
    private const int Width = 76;

    public static void Write(string page, string file)
    {
        var text = new StringBuilder();
        text.Append("TOPIC\n    ").Append(Path.GetFileNameWithoutExtension(page)).Append("\n\n");
        foreach (var (heading, lines) in MarkdownSections.Cut(File.ReadAllLines(page).Skip(1), 2))
        {
            text.Append(heading.Length == 0 ? "SHORT DESCRIPTION" : heading.ToUpperInvariant()).Append('\n');
            var previousIsCode = false;
            foreach (var paragraph in MarkdownSections.Paragraphs(lines))
            {
                var isCode = paragraph.StartsWith("    ", StringComparison.Ordinal);
                if (previousIsCode && !isCode)
                {
                    text.Append('\n');
                }

                foreach (var line in isCode ? [paragraph] : Wrap(paragraph))
                {
                    text.Append("    ").Append(line).Append('\n');
                }

                if (!isCode)
                {
                    text.Append('\n');
                }

                previousIsCode = isCode;
            }

            if (previousIsCode)
            {
                text.Append('\n');
            }
        }

        File.WriteAllText(file, text.ToString());
    }

    private static IEnumerable<string> Wrap(string paragraph)
    {
        var line = new StringBuilder();
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear().Append(paragraph.StartsWith("- ", StringComparison.Ordinal) ? "  " : string.Empty);
            }

            line.Append(line.Length > 0 && line[^1] != ' ' ? " " : string.Empty).Append(word);
        }

        yield return line.ToString();
    }
}
