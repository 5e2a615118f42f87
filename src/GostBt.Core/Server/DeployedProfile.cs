namespace GostBt.Server;

/// <summary>A profile found deployed on the server: what its manifest says and what runs.</summary>
public sealed record DeployedProfile
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The manifest's lines.</summary>
    public IReadOnlyList<string> Manifest { get; init; } = [];

    /// <summary>Its certificate, PEM; null when missing.</summary>
    public string? CertificatePem { get; init; }

    /// <summary>Whether the engine runs.</summary>
    public bool EngineActive { get; init; }

    /// <summary>Whether the engine starts at boot.</summary>
    public bool EngineEnabled { get; init; }

    /// <summary>Whether the firewall's unit is active.</summary>
    public bool FirewallActive { get; init; }

    /// <summary>Whether the firewall is loaded at boot.</summary>
    public bool FirewallEnabled { get; init; }

    /// <summary>The engine's process; 0 when it does not run.</summary>
    public int ProcessId { get; init; }

    /// <summary>SHA-256 of the table as nft lists it; null when it is not loaded.</summary>
    public string? RulesHash { get; init; }

    /// <summary>The SHA-256 that a file had when the manifest was written, or null.</summary>
    public string? RecordedHash(string path) => Values("file").Select(line => line.Split([' '], 2)).FirstOrDefault(words => words.Length == 2 && words[1] == path)?[0];

    /// <summary>The values of a key of the manifest.</summary>
    public IEnumerable<string> Values(string key) => Manifest
        .Where(line => line.StartsWith(key + " ", StringComparison.Ordinal))
        .Select(line => line.Substring(key.Length + 1));

    /// <summary>A value of the manifest, or null.</summary>
    public string? Value(string key) => Values(key).FirstOrDefault();
}
