namespace GostBt.Profiles;

/// <summary>A profile read from a file, before it is stored.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Secrets">Its secrets; null where the file has none.</param>
/// <param name="HostKeys">Lines of a known_hosts file that the exporting PC trusted for the server.</param>
public sealed record ImportedProfile(Profile Profile, ProfileSecrets? Secrets, string HostKeys)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"ImportedProfile {{ {Profile.Name} }}";
}
