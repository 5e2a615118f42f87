namespace GostBt.Server;

/// <summary>A release's archive that the server is to fetch itself.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="ArchiveHash">The SHA-256 it must have, lower-case hex.</param>
/// <param name="ProgramHash">The SHA-256 that the program in it must have; null where only the archive's is known.</param>
public sealed record PlannedFetch(Uri Address, string ArchiveHash, string? ProgramHash)
{
    /// <summary>How long the server may try before it is sent from here.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);
}
