namespace GostBt.Build.Help;

/// <summary>The page of one cmdlet.</summary>
internal sealed record CommandPage(
    string Name,
    IReadOnlyList<string> Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<ParameterPage> Parameters,
    IReadOnlyList<(string Type, IReadOnlyList<string> Text)> Inputs,
    IReadOnlyList<(string Type, IReadOnlyList<string> Text)> Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<ExamplePage> Examples,
    IReadOnlyList<string> Links)
{
    public static CommandPage Read(string file)
    {
        var lines = File.ReadAllLines(file);
        var name = Path.GetFileNameWithoutExtension(file);
        if (lines.Length == 0 || lines[0] != "# " + name)
        {
            throw new FormatException($"{file}: the first line must be '# {name}'.");
        }

        var sections = MarkdownSections.Cut(lines.Skip(1), 2);
        return new CommandPage(
            name,
            MarkdownSections.Paragraphs(sections[0].Lines),
            MarkdownSections.Paragraphs(Section("Description")),
            [.. Subsections("Parameters").Select(part => ParameterPage.Read(part.Heading, part.Lines, file))],
            [.. Subsections("Inputs").Select(Typed)],
            [.. Subsections("Outputs").Select(Typed)],
            MarkdownSections.Paragraphs(Section("Notes")),
            [.. Subsections("Examples").Select(part => ExamplePage.Read(part.Heading, part.Lines, file))],
            [.. MarkdownSections.Paragraphs(Section("Related")).Select(line => line.TrimStart('-', ' '))]);

        IReadOnlyList<string> Section(string heading) => sections.FirstOrDefault(section => section.Heading == heading).Lines
            ?? throw new FormatException($"{file}: the section '## {heading}' is missing.");

        IEnumerable<(string Heading, IReadOnlyList<string> Lines)> Subsections(string heading) => MarkdownSections.Cut(Section(heading), 3).Skip(1);

        static (string Type, IReadOnlyList<string> Text) Typed((string Heading, IReadOnlyList<string> Lines) part) =>
            (part.Heading, MarkdownSections.Paragraphs(part.Lines));
    }
}
