using GostBt.Yaml;

namespace GostBt.Engine.Config;

/// <summary>
/// The names a configuration declares and uses. A use may come before its declaration, so uses are checked at the end; gost
/// takes a missing bypass or auther for none at all, which opens what was meant to be shut.
/// </summary>
internal sealed class References
{
    private readonly HashSet<(string Kind, string Name)> _declared = [];
    private readonly List<(string Kind, string Name, YamlFormatException Error)> _used = [];

    /// <summary>Notes a declaration; a doubled name is an error.</summary>
    internal string Declare(StrictMapping mapping, string kind, string name) =>
        _declared.Add((kind, name)) ? name : throw mapping.Problem("name", $"there are two {kind} entries named '{name}'");

    /// <summary>Notes a use, if there is one.</summary>
    internal string? Use(StrictMapping mapping, string key, string kind, string? name)
    {
        if (name is not null)
        {
            _used.Add((kind, name, mapping.Problem(key, $"there is no {kind} named '{name}'")));
        }

        return name;
    }

    /// <summary>Refuses a use without a declaration.</summary>
    internal void Check()
    {
        foreach (var (kind, name, error) in _used)
        {
            if (!_declared.Contains((kind, name)))
            {
                throw error;
            }
        }
    }
}
