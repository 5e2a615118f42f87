using System.Globalization;
using System.Xml.Linq;

namespace GostBt.Build.Help;

/// <summary>Writes the file Get-Help reads for binary cmdlets.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(IEnumerable<CommandPage> pages, string file)
    {
        var items = new XElement(Root + "helpItems", new XAttribute("schema", "maml"), pages.Select(Item));
        new XDocument(new XDeclaration("1.0", "utf-8", null), items).Save(file);
    }

    private static XElement Item(CommandPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", page.Name),
            Paragraphs(Maml + "description", page.Synopsis),
            new XElement(Command + "verb", page.Name.Split('-')[0]),
            new XElement(Command + "noun", page.Name.Split('-')[1])),
        Paragraphs(Maml + "description", page.Description),
        new XElement(
            Command + "syntax",
            new XElement(Command + "syntaxItem", new XElement(Maml + "name", page.Name), page.Parameters.Select(parameter => Parameter(parameter, full: false)))),
        new XElement(Command + "parameters", page.Parameters.Select(parameter => Parameter(parameter, full: true))),
        new XElement(Command + "inputTypes", page.Inputs.Select(input => Typed(Command + "inputType", input))),
        new XElement(Command + "returnValues", page.Outputs.Select(output => Typed(Command + "returnValue", output))),
        new XElement(Maml + "alertSet", Paragraphs(Maml + "alert", page.Notes)),
        new XElement(Command + "examples", page.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", page.Links.Select(link => new XElement(
            Maml + "navigationLink", new XElement(Maml + "linkText", link), new XElement(Maml + "uri")))));

    private static XElement Parameter(ParameterPage parameter, bool full)
    {
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", Lower(parameter.Required)),
            new XAttribute("variableLength", Lower(parameter.Type?.EndsWith("[]", StringComparison.Ordinal) == true)),
            new XAttribute("globbing", Lower(parameter.Wildcards)),
            new XAttribute("pipelineInput", parameter.Pipeline == "no" ? "False" : $"True ({parameter.Pipeline})"),
            new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases),
            new XElement(Maml + "name", parameter.Name),
            Paragraphs(Maml + "description", parameter.Description));
        if (parameter.Type is { } type)
        {
            element.Add(new XElement(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", "false"), type));
        }

        if (full)
        {
            element.Add(
                new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type ?? "SwitchParameter"), new XElement(Maml + "uri")),
                new XElement(Dev + "defaultValue", parameter.Type is null ? "False" : parameter.Default));
        }

        return element;
    }

    private static XElement Typed(XName name, (string Type, IReadOnlyList<string> Text) typed) => new(
        name,
        new XElement(Dev + "type", new XElement(Maml + "name", typed.Type)),
        Paragraphs(Maml + "description", typed.Text));

    private static XElement Example(ExamplePage example) => new(
        Command + "example",
        new XElement(Maml + "title", example.Title),
        new XElement(Dev + "code", example.Code),
        // Get-Help prints nothing between two examples by itself.
        Paragraphs(Dev + "remarks", [.. example.Remarks, string.Empty]));

    private static XElement Paragraphs(XName name, IEnumerable<string> paragraphs) => new(name, paragraphs.Select(text => new XElement(Maml + "para", text)));

    private static string Lower(bool value) => value ? "true" : "false";
}
