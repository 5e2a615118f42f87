namespace GostBt.Model;

/// <summary>An engine that is there, here or on a server: what <c>Get-GostBtEngine</c> and <c>Install-GostBtEngine</c> return.</summary>
public sealed record GostBtEngine
{
    /// <summary>The profile whose server has it; null for one on this computer.</summary>
    public string? Name { get; init; }

    /// <summary>gost or the bundled engine.</summary>
    public required EngineKind Kind { get; init; }

    /// <summary>Its version; null where it is not known.</summary>
    public string? Version { get; init; }

    /// <summary>System and processor: <c>linux-amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The program.</summary>
    public required string Path { get; init; }

    /// <summary>Where it came from: an address, a file, <c>module</c> or <c>PATH</c>; null where it is not known.</summary>
    public string? Source { get; init; }

    /// <summary>Its SHA-256, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Whether its bytes are those of a published, given or recorded checksum; null where there is none to compare with.</summary>
    public bool? Verified { get; init; }

    /// <summary>Whether a tunnel or server runs this one where its profile leaves the choice among those of its kind.</summary>
    public bool Preferred { get; init; }
}
