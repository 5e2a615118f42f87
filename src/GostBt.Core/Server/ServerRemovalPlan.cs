using System.Text;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>What has to be taken back from a server. An immutable value that prints itself.</summary>
public sealed record ServerRemovalPlan
{
    /// <summary>The profile that goes.</summary>
    public required Profile Profile { get; init; }

    /// <summary>How to reach the server.</summary>
    public required SshOptions Ssh { get; init; }

    /// <summary>What was found there.</summary>
    public required ServerFacts Facts { get; init; }

    /// <summary>The steps, as a person reads them, in order; empty when nothing of the profile is there.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>Whether anything has to be done on the server.</summary>
    public bool HasChanges => Steps.Count > 0;

    /// <summary>The round trips spent on finding out.</summary>
    public int RoundTrips { get; init; }

    /// <summary>The plan to remove a profile from a server. Pure.</summary>
    public static ServerRemovalPlan For(Profile profile, SshOptions ssh, ServerFacts facts)
    {
        var steps = new List<string>();
        var name = profile.Name.Value;
        var (engine, firewall) = ServiceBackend.For(facts).Names(name);
        var last = facts.Profiles.Select(other => other.Name).Concat(facts.Remnants).All(other => other == name);

        // With or without its manifest: it goes first where a removal was cut off.
        if (facts.Profile(name) is not null || facts.Remnants.Contains(name, StringComparer.Ordinal) || facts.HasUser || facts.Files.Any(IsItsService))
        {
            steps.Add($"stop {engine} and {firewall}, and no longer start them at boot");
            steps.Add("remove the " + FirewallFiles.Rules(profile, facts));
            steps.Add("remove " + ServerPaths.Folder(profile.Name));
            if (facts.HasUser)
            {
                steps.Add($"remove the user {ServerPaths.UserOf(profile.Name)} if GostBt made it");
            }
        }

        if (last && (facts.Files.Count > 0 || facts.HasHost))
        {
            steps.AddRange(facts.Files.Where(file => !file.Path.StartsWith("/etc/gostbt/", StringComparison.Ordinal)).Select(file => "remove " + file.Path));
            steps.Add("set IPv4 forwarding back to what it was");
        }

        return new ServerRemovalPlan { Profile = profile, Ssh = ssh, Facts = facts, Steps = steps };

        bool IsItsService(PlacedFile file) => Path.GetFileNameWithoutExtension(file.Path) is var service && (service == engine || service == firewall);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().Append(Profile.Name).Append(" on ").Append(Ssh.Target).Append('\n');
        foreach (var step in HasChanges ? Steps : ["nothing of it is there"])
        {
            text.Append("  - ").Append(step).Append('\n');
        }

        return text.ToString();
    }
}
