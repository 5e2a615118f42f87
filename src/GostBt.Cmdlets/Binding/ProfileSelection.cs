using System.Management.Automation;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.PowerShell.Binding;

/// <summary>From what <c>-Name</c> was given to the profiles that are meant.</summary>
internal static class ProfileSelection
{
    /// <summary>The profile that is meant when none is named: the only one there is.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ProfileNotFound"/> or <see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static ProfileName TheOnlyOne(ProfileStore profiles)
    {
        var known = profiles.List();
        return known.Count switch
        {
            1 => known[0],
            0 => throw new GostBtException(GostBtFailure.ProfileNotFound, "There is no profile yet.", "Make one with New-GostBtServer."),
            _ => throw new GostBtException(
                GostBtFailure.InvalidInput,
                "There is more than one profile.",
                $"Say which one with -Name: {string.Join(", ", known)}."),
        };
    }

    /// <summary>The profiles a name or wildcard means. A name without wildcard that is not there is left for the use case to report.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/> for what is neither a name nor a wildcard.</exception>
    public static IReadOnlyList<ProfileName> Matching(string text, ProfileStore profiles)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(text))
        {
            return [new ProfileName(text)];
        }

        var pattern = new WildcardPattern(text, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return [.. profiles.List().Where(name => pattern.IsMatch(name.Value))];
    }
}
