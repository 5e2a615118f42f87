using GostBt.Engine.Bypasses;
using GostBt.Gost;
using GostBt.Yaml;

namespace GostBt.Engine.Config;

/// <summary>
/// Reads gost v3's YAML, the subset that the bundled engine serves (go-gost/x/config/config.go), strictly: what it does not know or cannot do is an
/// error with the line.
/// </summary>
public static class GostConfigurationReader
{
    private static readonly string[] LogLevels = ["trace", "debug", "info", "warn", "error"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="YamlFormatException">Something in it cannot be used; the message names file and line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<GostConfiguration> ReadFileAsync(string path, CancellationToken cancellationToken) =>
        Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), path);

    /// <param name="text">The document.</param>
    /// <param name="source">The file's name, for errors.</param>
    /// <exception cref="YamlFormatException">Something in it cannot be used; the message names source and line.</exception>
    public static GostConfiguration Parse(string text, string source)
    {
        var root = StrictMapping.ParseDocument(text, source);
        var references = new References();
        var configuration = new GostConfiguration
        {
            Services = root.Mappings("services").Select(service => ServiceReader.Read(service, references)).ToList(),
            Chains = root.Mappings("chains").Select(chain => ChainReader.Read(chain, references)).ToList(),
            Authers = root.Mappings("authers").Select(auther => Auther(auther, references)).ToList(),
            Bypasses = root.Mappings("bypasses").Select(bypass => Bypass(bypass, references)).ToList(),
            LogLevel = LogLevel(root),
        };
        root.Done("services", "chains", "authers", "bypasses", "log");
        references.Check();
        return configuration.Services.Count > 0 ? configuration : throw root.Problem("there are no services");
    }

    private static GostAuther Auther(StrictMapping auther, References references)
    {
        var name = references.Declare(auther, "auther", auther.RequiredText("name"));
        var auths = auther.Mappings("auths").Select(TypedPart.Credentials).ToList();
        auther.Done("name", "auths");

        // gost lets everyone in when the list is empty.
        return auths.Count > 0 ? new GostAuther(name, auths) : throw auther.Problem($"auther '{name}' has no auths");
    }

    private static GostBypass Bypass(StrictMapping bypass, References references)
    {
        var matchers = bypass.Texts("matchers", matcher => AddressRules.TryParse([matcher], out _, out var problem) ? null : problem);
        string? path = null;
        if (bypass.Mapping("file") is { } file)
        {
            path = file.RequiredText("path");
            file.Done("path");
        }

        var read = new GostBypass(references.Declare(bypass, "bypass", bypass.RequiredText("name")))
        {
            Whitelist = bypass.Flag("whitelist") ?? false,
            Matchers = matchers,
            File = path,
            Reload = (TimeSpan?)TypedPart.Duration(bypass, "reload"),
        };
        bypass.Done("name", "whitelist", "matchers", "file", "reload");
        return read;
    }

    private static string? LogLevel(StrictMapping root)
    {
        if (root.Mapping("log") is not { } log)
        {
            return null;
        }

        var level = log.Text("level");
        if (level is not null && !LogLevels.Contains(level, StringComparer.Ordinal))
        {
            throw log.Problem("level", $"the log level must be one of {string.Join(", ", LogLevels)}, not '{level}'");
        }

        log.Done("level");
        return level;
    }
}
