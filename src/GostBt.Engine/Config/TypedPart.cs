using GostBt.Gost;
using GostBt.Yaml;

namespace GostBt.Engine.Config;

/// <summary>What handlers, listeners, connectors and dialers have in common: a type, and the metadata that this type knows.</summary>
internal static class TypedPart
{
    /// <summary>Reads <c>type</c>, which must be one of the table's.</summary>
    internal static string Type(StrictMapping part, string role, IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetadataKind>> table)
    {
        var type = part.RequiredText("type");
        return table.ContainsKey(type)
            ? type
            : throw part.Problem("type", $"the bundled engine has no {role} '{type}' (it has {string.Join(", ", table.Keys)})");
    }

    /// <summary>Reads <c>metadata</c>, refusing what this type does not know.</summary>
    internal static IReadOnlyDictionary<string, object> Metadata(StrictMapping part, IReadOnlyDictionary<string, MetadataKind> keys)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        if (part.Mapping("metadata") is not { } metadata)
        {
            return values;
        }

        foreach (var (key, kind) in keys)
        {
            if (Value(metadata, key, kind) is { } value)
            {
                values[key] = value;
            }
        }

        metadata.Done([.. keys.Keys]);
        return values;
    }

    /// <summary>Reads a user and password.</summary>
    internal static GostAuth? Auth(StrictMapping part) => part.Mapping("auth") is { } auth ? Credentials(auth) : null;

    internal static GostAuth Credentials(StrictMapping auth)
    {
        var credentials = new GostAuth(auth.RequiredText("username"), auth.Text("password") ?? string.Empty);
        auth.Done("username", "password");

        // The wire has one byte for each length (go-gost/relay UserAuthFeature, RFC 1929).
        return System.Text.Encoding.UTF8.GetByteCount(credentials.Username) <= byte.MaxValue
            && System.Text.Encoding.UTF8.GetByteCount(credentials.Password) <= byte.MaxValue
            ? credentials
            : throw auth.Problem("user name and password may have 255 bytes each");
    }

    private static object? Value(StrictMapping metadata, string key, MetadataKind kind) => kind switch
    {
        MetadataKind.Flag => metadata.Flag(key),
        MetadataKind.Number => metadata.Number(key),
        MetadataKind.Duration => Duration(metadata, key),
        _ => metadata.Text(key),
    };

    internal static object? Duration(StrictMapping mapping, string key)
    {
        if (mapping.Text(key) is not { } text)
        {
            return null;
        }

        return GostDuration.TryParse(text, out var duration)
            ? duration
            : throw mapping.Problem(key, $"'{key}' must be a duration such as 10s or 1m30s, not '{text}'");
    }
}
