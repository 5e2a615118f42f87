namespace GostBt.Profiles;

/// <summary>The <c>server.engine</c> part of a profile: the gost that the server runs. Without it, the server runs the bundled engine.</summary>
public sealed record ProfileServerEngine
{
    /// <summary>gost's release; null for a program given by hand.</summary>
    public string? Version { get; init; }

    /// <summary>SHA-256 of the program, lower-case hex; null until it is known, which is when it has been placed.</summary>
    public string? Hash { get; init; }

    /// <summary>A prefix before GitHub's addresses; null for GitHub itself.</summary>
    public string? Mirror { get; init; }
}
