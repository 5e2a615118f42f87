using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace GostBt.Yaml;

/// <summary>
/// Reads a YAML mapping key by key and refuses what it was not asked for, always with the line. It walks YamlDotNet's node model rather than its
/// reflection, so that it works trimmed.
/// </summary>
public sealed class StrictMapping
{
    // The node model is built by recursion, whose stack a hostile file would overflow. Nothing that is read here is half as deep.
    private const int DeepestLevel = 32;

    private readonly Dictionary<string, YamlNode> _unread = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);
    private readonly string _source;
    private readonly string _path;

    private StrictMapping(YamlNode node, string source, string path)
    {
        _source = source;
        _path = path;
        Line = node.Start.Line;
        if (node is not YamlMappingNode mapping)
        {
            throw Problem(node, $"{Describe(path)} must be a mapping");
        }

        foreach (var pair in mapping.Children)
        {
            var key = (pair.Key as YamlScalarNode)?.Value ?? throw Problem(pair.Key, "a key must be plain text");
            _unread[key] = pair.Value;
            _lines[key] = pair.Key.Start.Line;
        }
    }

    /// <summary>The line the mapping starts on, from 1.</summary>
    public long Line { get; }

    /// <param name="text">A document.</param>
    /// <param name="source">Its file, as errors name it.</param>
    /// <exception cref="YamlFormatException">Not YAML, more than one document, a doubled key, nested too deeply, or not a mapping.</exception>
    public static StrictMapping ParseDocument(string text, string source)
    {
        var stream = new YamlStream();
        try
        {
            RequireShallow(text, source);
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new YamlFormatException(source, e.Start.Line, e.InnerException?.Message ?? e.Message, e);
        }

        return stream.Documents.Count == 1
            ? new StrictMapping(stream.Documents[0].RootNode, source, string.Empty)
            : throw new YamlFormatException(source, 1, stream.Documents.Count == 0 ? "the file is empty" : "there must be one document");
    }

    /// <summary>Whether a key is there, read or not.</summary>
    public bool Has(string key) => _lines.ContainsKey(key);

    /// <summary>The mapping under a key, or null where the key is missing.</summary>
    public StrictMapping? Mapping(string key) => Take(key) is { } node ? new StrictMapping(node, _source, Join(key)) : null;

    /// <summary>The mappings of a list, empty where the key is missing.</summary>
    public IReadOnlyList<StrictMapping> Mappings(string key) =>
        Sequence(key).Select((node, index) => new StrictMapping(node, _source, $"{Join(key)}[{index}]")).ToList();

    /// <summary>The texts of a list, empty where the key is missing.</summary>
    public IReadOnlyList<string> Texts(string key) => Texts(key, _ => null);

    /// <summary>The texts of a list, empty where the key is missing, each checked.</summary>
    /// <param name="key">The list's key.</param>
    /// <param name="problemOf">What is wrong with an item, or null; an error names the item's line.</param>
    public IReadOnlyList<string> Texts(string key, Func<string, string?> problemOf) => Sequence(key).Select(node =>
    {
        var text = Scalar(node, key);
        return problemOf(text) is { } problem ? throw Problem(node, problem) : text;
    }).ToList();

    /// <summary>A text, or null where the key is missing or has no value.</summary>
    public string? Text(string key)
    {
        var node = Take(key);
        return node is null || IsNull(node) ? null : Scalar(node, key);
    }

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string key) => Text(key) is { Length: > 0 } text ? text : throw Problem($"{Describe(Join(key))} is missing");

    /// <summary>A whole number, or null where the key is missing.</summary>
    public int? Number(string key)
    {
        var node = Take(key);
        if (node is null || IsNull(node))
        {
            return null;
        }

        var text = Scalar(node, key);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Problem(node, $"{Describe(Join(key))} must be a whole number, not '{text}'");
    }

    /// <summary>A Boolean, or null where the key is missing.</summary>
    public bool? Flag(string key)
    {
        var node = Take(key);
        if (node is null || IsNull(node))
        {
            return null;
        }

        var text = Scalar(node, key);
        return bool.TryParse(text, out var value) ? value : throw Problem(node, $"{Describe(Join(key))} must be true or false, not '{text}'");
    }

    /// <summary>One of an enumeration's names in lower case, or null where the key is missing.</summary>
    public T? Choice<T>(string key)
        where T : struct, Enum
    {
        var node = Take(key);
        if (node is null || IsNull(node))
        {
            return null;
        }

        var text = Scalar(node, key);
        var names = Enum.GetNames(typeof(T)).Select(name => name.ToLowerInvariant()).ToList();
        var index = names.IndexOf(text);
        return index >= 0
            ? (T)Enum.GetValues(typeof(T)).GetValue(index)!
            : throw Problem(node, $"{Describe(Join(key))} must be one of {string.Join(", ", names)}, not '{text}'");
    }

    /// <summary>The keys that were not read yet, for mappings whose keys depend on something else.</summary>
    public IReadOnlyCollection<string> UnreadKeys => [.. _unread.Keys];

    /// <summary>Refuses every key that was not read.</summary>
    /// <param name="known">The keys that may stand here, for the message.</param>
    public void Done(params string[] known)
    {
        foreach (var pair in _unread)
        {
            var allowed = known.Length == 0 ? string.Empty : $" (known here: {string.Join(", ", known)})";
            throw Problem(pair.Key, $"unknown key '{Join(pair.Key)}'{allowed}");
        }
    }

    /// <summary>An error at this mapping.</summary>
    public YamlFormatException Problem(string problem) => new(_source, Line, problem);

    /// <summary>An error at one key of this mapping, read or not; at the mapping itself where the key is missing.</summary>
    public YamlFormatException Problem(string key, string problem) => new(_source, _lines.TryGetValue(key, out var line) ? line : Line, problem);

    private static void RequireShallow(string text, string source)
    {
        var level = 0;
        for (var parser = new Parser(new StringReader(text)); parser.MoveNext();)
        {
            level += parser.Current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                _ => 0,
            };
            if (level > DeepestLevel)
            {
                throw new YamlFormatException(source, parser.Current!.Start.Line, $"more than {DeepestLevel} lists and mappings in one another");
            }
        }
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string Describe(string path) => path.Length == 0 ? "the document" : $"'{path}'";

    private IEnumerable<YamlNode> Sequence(string key)
    {
        var node = Take(key);
        if (node is null || IsNull(node))
        {
            return [];
        }

        return node is YamlSequenceNode sequence ? sequence.Children : throw Problem(node, $"{Describe(Join(key))} must be a list");
    }

    private string Scalar(YamlNode node, string key) =>
        node is YamlScalarNode scalar ? scalar.Value ?? string.Empty : throw Problem(node, $"{Describe(Join(key))} must be a single value");

    private YamlNode? Take(string key)
    {
        if (!_unread.TryGetValue(key, out var node))
        {
            return null;
        }

        _unread.Remove(key);
        return node;
    }

    private string Join(string key) => _path.Length == 0 ? key : _path + "." + key;

    private YamlFormatException Problem(YamlNode node, string problem) => new(_source, node.Start.Line, problem);
}
