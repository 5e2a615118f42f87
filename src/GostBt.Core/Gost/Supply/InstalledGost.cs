using System.Globalization;
using GostBt.Yaml;
using static GostBt.Yaml.YamlTree;

namespace GostBt.Gost.Supply;

/// <summary>A gost in the store, with the note of where it came from.</summary>
public sealed record InstalledGost
{
    /// <summary>The release's version; what the program says of itself where it was given by hand.</summary>
    public required GostVersion Version { get; init; }

    /// <summary>What it runs on.</summary>
    public required GostPlatform Platform { get; init; }

    /// <summary>The program.</summary>
    public required string Path { get; init; }

    /// <summary>The program's SHA-256, lower-case hex, when it was placed.</summary>
    public required string Hash { get; init; }

    /// <summary>The address or file it came from.</summary>
    public required string Source { get; init; }

    /// <summary>The SHA-256 of the archive it came in; null where it came without.</summary>
    public string? ArchiveHash { get; init; }

    /// <summary>Whether its bytes were compared with a published or given checksum; else it is the user's word.</summary>
    public required bool Verified { get; init; }

    internal string ToYaml() => Write(Map(
        ("version", Text(Version.Text)),
        ("platform", Text(Platform.ToString())),
        ("sha256", Text(Hash)),
        ("archiveSha256", Text(ArchiveHash)),
        ("source", Text(Source)),
        ("verified", Flag(Verified))));

    /// <exception cref="YamlFormatException">The note is not one.</exception>
    internal static InstalledGost Parse(string text, string source, Func<GostPlatform, string> programOf)
    {
        var root = StrictMapping.ParseDocument(text, source);
        var platform = GostPlatform.TryParse(root.RequiredText("platform")) ?? throw root.Problem("platform", "no such platform");
        var note = new InstalledGost
        {
            Version = GostVersion.TryParse(root.RequiredText("version")) ?? throw root.Problem("version", "no such version"),
            Platform = platform,
            Path = programOf(platform),
            Hash = root.RequiredText("sha256"),
            ArchiveHash = root.Text("archiveSha256"),
            Source = root.RequiredText("source"),
            Verified = root.Flag("verified") ?? false,
        };
        root.Done("version", "platform", "sha256", "archiveSha256", "source", "verified");
        return note;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "gost {0} for {1}", Version, Platform);
}
