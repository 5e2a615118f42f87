namespace GostBt.Gost.Supply;

/// <summary>
/// Hashes of gost releases that GostBt carries itself, so that neither a mirror nor GitHub has to be believed. They are the published ones, compared between
/// independent projects that pin them.
/// </summary>
/// <param name="Archive">SHA-256 of the archive.</param>
/// <param name="Program">SHA-256 of the program in it; null where only the archive's is known.</param>
public sealed record KnownGost(string Archive, string? Program = null)
{
    private static readonly IReadOnlyDictionary<string, KnownGost> Known = new Dictionary<string, KnownGost>(StringComparer.Ordinal)
    {
        ["gost_3.2.6_linux_amd64.tar.gz"] = new(
            "b39037b0380ea001fb3c0c28441c2e10bfc694f90682739a65b53e55dce5238b", "a2aea24efb4597b5f57b35b8e1bbcc59f439b80723854d4371f6828b46682ffb"),
        ["gost_3.2.6_linux_arm64.tar.gz"] = new(
            "f674c8f4a033dc1dfd4f0d5e9602fbe5b0d0f81307bf3794f44b5b5d6d622eae", "343c3e003996ca0437b9cc47dd1500cd0475ba09f5a5f17e50851854e06a1ca7"),
        ["gost_3.2.6_windows_amd64.zip"] = new("32f4edf3d94b622e67f1979f6f5de82dac62abc0977772cf96215dd199ef7e7b"),
    };

    /// <summary>What is known of an archive, or null.</summary>
    public static KnownGost? Of(string archive) => Known.TryGetValue(archive, out var known) ? known : null;

    /// <summary>Whether these bytes are a known archive or program.</summary>
    public static bool Has(string hash) => Known.Values.Any(known => known.Archive == hash || known.Program == hash);
}
