using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>The one source of truth for a server and its tunnel, as kept on disk (schema version 1).</summary>
public sealed record Profile
{
    /// <summary>The schema version this code writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The schema version.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The profile's name, also the file's.</summary>
    public required ProfileName Name { get; init; }

    /// <summary>The VPS.</summary>
    public required ProfileServer Server { get; init; }

    /// <summary>The tunnel.</summary>
    public ProfileTunnel Tunnel { get; init; } = new();

    /// <summary>The local SOCKS5.</summary>
    public ProfileProxy Proxy { get; init; } = new();

    /// <summary>What is published; at least one.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>Which program carries the tunnel on this PC.</summary>
    public EngineKind Engine { get; init; } = EngineKind.Auto;
}
