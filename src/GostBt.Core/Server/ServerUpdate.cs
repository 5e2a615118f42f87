using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>A change of a deployed server.</summary>
public sealed record ServerUpdate
{
    /// <summary>The profile as it is to be.</summary>
    public required Profile Profile { get; init; }

    /// <summary>The profile that the change was made to, as it was stored; null is what is stored when it is planned.</summary>
    public Profile? Stored { get; init; }

    /// <summary>How to reach the server.</summary>
    public required SshOptions Ssh { get; init; }

    /// <summary>Whether the engine on the server is replaced by this PC's if it is another; else it stays, so that nothing is interrupted for it.</summary>
    public bool Engine { get; init; }

    /// <summary>What becomes of the server's certificate, after the rest.</summary>
    public CertificateRenewal Renewal { get; init; }
}
