using GostBt.Model;

namespace GostBt.Gost.Supply;

/// <summary>Which gost to install, and where it is to come from.</summary>
public sealed record GostInstallRequest
{
    private readonly string? _checksum;

    /// <summary>The release; null is <see cref="GostVersion.Default"/>, or what a given program says of itself.</summary>
    public GostVersion? Version { get; init; }

    /// <summary>What it is to run on.</summary>
    public required GostPlatform Platform { get; init; }

    /// <summary>A prefix before GitHub's addresses; null for GitHub itself.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>A file here instead of a download: the release's archive, or the program.</summary>
    public string? File { get; init; }

    /// <summary>The SHA-256 that the archive, or the file given, must have; null for the published one.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: it is no SHA-256.</exception>
    public string? Checksum
    {
        get => _checksum;
        init => _checksum = FileHash.Require(value);
    }

    /// <summary>Windows: Wintun's archive, or the DLL in it, instead of a download.</summary>
    public string? Wintun { get; init; }

    /// <summary>Whether one that is there is replaced.</summary>
    public bool Force { get; init; }
}
