using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GostBt.Yaml;

/// <summary>Builds YAML nodes for writing, leaving out what has no value.</summary>
internal static class YamlTree
{
    internal static YamlMappingNode Map(params (string Key, YamlNode? Value)[] pairs)
    {
        var map = new YamlMappingNode();
        foreach (var (key, value) in pairs)
        {
            if (value is not null)
            {
                map.Add(key, value);
            }
        }

        return map;
    }

    internal static YamlNode? List<T>(IEnumerable<T> items, Func<T, YamlNode> node)
    {
        var nodes = items.Select(node).ToList();
        return nodes.Count == 0 ? null : new YamlSequenceNode(nodes);
    }

    // Always quoted where a plain scalar would be read as something else than text: a password of digits must stay text.
    internal static YamlNode? Text(string? value) => value is null ? null : new YamlScalarNode(value) { Style = NeedsQuotes(value) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any };

    internal static YamlNode? Number(int? value) => value is null ? null : new YamlScalarNode(value.Value.ToString(CultureInfo.InvariantCulture));

    internal static YamlNode? Flag(bool? value) => value is null ? null : new YamlScalarNode(value.Value ? "true" : "false");

    internal static YamlNode Choice<T>(T value)
        where T : struct, Enum => new YamlScalarNode(value.ToString().ToLowerInvariant());

    internal static string Write(YamlMappingNode root)
    {
        // The same bytes on every system: the server's files are compared by their hashes.
        var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(new Emitter(writer, new EmitterSettings().WithNewLine("\n")), assignAnchors: false);
        var text = writer.ToString();

        // YamlStream ends a document with an explicit marker, which nobody would write by hand.
        return text.EndsWith("...\n", StringComparison.Ordinal) ? text.Substring(0, text.Length - 4) : text;
    }

    private static bool NeedsQuotes(string value) =>
        value.Length == 0 || !char.IsLetter(value[0]) || value is "true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n";
}
