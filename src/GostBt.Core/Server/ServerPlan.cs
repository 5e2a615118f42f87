using System.Text;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>What has to be done to make a server what was asked for. An immutable value that prints itself and never shows a secret.</summary>
public sealed record ServerPlan
{
    /// <summary>The profile as it will be saved.</summary>
    public required Profile Profile { get; init; }

    /// <summary>How to reach the server.</summary>
    public required SshOptions Ssh { get; init; }

    /// <summary>What was found there.</summary>
    public required ServerFacts Facts { get; init; }

    /// <summary>The steps, as a person reads them, in order; empty when there is nothing to do.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>What to upload.</summary>
    public required IReadOnlyList<PlannedFile> Upload { get; init; }

    /// <summary>All files of this profile as they are to be.</summary>
    public required IReadOnlyList<PlannedFile> Files { get; init; }

    /// <summary>gostbt as it is to be on the server.</summary>
    internal PlannedFile? Program { get; init; }

    /// <summary>Whether a gostbt that is not this PC's stays.</summary>
    internal bool IsProgramOld { get; init; }

    /// <summary>Files that go.</summary>
    internal IReadOnlyList<string> Obsolete { get; init; } = [];

    /// <summary>What was asked for, to plan anew when the server has changed meanwhile; null plans nothing anew.</summary>
    internal ServerRequest? Request { get; init; }

    /// <summary>The profile as it was stored when this was planned; null where there was none.</summary>
    internal Profile? Before { get; init; }

    /// <summary>Its secrets then; null where there were none that can be read.</summary>
    internal ProfileSecrets? SecretsBefore { get; init; }

    /// <summary>Whether anything has to be done on the server.</summary>
    public bool HasChanges => Steps.Count > 0;

    /// <summary>The round trips spent on finding out.</summary>
    public int RoundTrips { get; init; }

    /// <summary>Whether the firewall's table is loaded anew.</summary>
    public bool LoadFirewall { get; init; }

    /// <summary>Whether the engine is started anew.</summary>
    public bool RestartEngine { get; init; }

    /// <summary>Whether a new certificate is made.</summary>
    public bool CreateCertificate { get; init; }

    /// <summary>The manifest's head, which says what the profile is.</summary>
    internal string ManifestHead { get; init; } = string.Empty;

    /// <summary>The server's name for what was begun there, once the plan is applied: a verification is for that alone.</summary>
    internal string Transaction { get; init; } = string.Empty;

    /// <summary>User and password of the relay, and the certificate as far as it is known.</summary>
    internal ProfileSecrets Secrets { get; init; } = new(string.Empty, string.Empty, string.Empty);

    /// <summary>The same plan with a file that the server could not fetch in the form in which it is sent.</summary>
    internal ServerPlan With(PlannedFile wanted, PlannedFile sent) => this with
    {
        Upload = [.. Upload.Select(file => file == wanted ? sent : file)],
        Files = [.. Files.Select(file => file == wanted ? sent : file)],
        Profile = ServerEngineSource.With(Profile, Profile.Server.Engine! with { Hash = sent.Hash }),
    };

    /// <summary>The same plan, the hash of the gost on the server known by now.</summary>
    internal ServerPlan WithGostHash(string hash) => this with { Profile = ServerEngineSource.With(Profile, Profile.Server.Engine! with { Hash = hash }) };

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder()
            .Append(Profile.Name).Append(" on ").Append(Ssh.Target).Append(" (").Append(Facts.System).Append(", ").Append(Facts.Architecture).Append(")\n");
        if (!HasChanges)
        {
            return text.Append("  nothing to do\n").ToString();
        }

        foreach (var step in Steps)
        {
            text.Append("  - ").Append(step).Append('\n');
        }

        return text.ToString();
    }
}
