using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>Which engine a server is asked to run, and where it is to come from.</summary>
public sealed record ServerEngine
{
    private readonly string? _checksum;

    /// <summary><see cref="EngineKind.Bundled"/> or <see cref="EngineKind.Gost"/>.</summary>
    public required EngineKind Kind { get; init; }

    /// <summary>gost's release; null keeps it, <see cref="GostVersion.Default"/> at first.</summary>
    public GostVersion? Version { get; init; }

    /// <summary>A prefix before GitHub's addresses; null keeps it.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>A file here instead of a download: the release's archive for the server's processor, or the program.</summary>
    public string? File { get; init; }

    /// <summary>The SHA-256 that the archive, or the file given, must have; null for the published one.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: it is no SHA-256.</exception>
    public string? Checksum
    {
        get => _checksum;
        init => _checksum = FileHash.Require(value);
    }

    /// <summary>The profile's part that this asks for.</summary>
    /// <param name="kept">What the profile has.</param>
    internal ProfileServerEngine? ToProfile(ProfileServerEngine? kept)
    {
        if (Kind != EngineKind.Gost)
        {
            return null;
        }

        var version = File is not null ? Version?.Text : (Version ?? GostVersion.TryParse(kept?.Version) ?? GostVersion.Default).Text;
        return new ProfileServerEngine
        {
            Version = version,
            Hash = File is null && Checksum is null && version == kept?.Version ? kept?.Hash : null,
            Mirror = Mirror?.AbsoluteUri ?? kept?.Mirror,
        };
    }
}
