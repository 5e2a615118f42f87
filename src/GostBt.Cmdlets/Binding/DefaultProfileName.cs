using System.Net;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.PowerShell.Binding;

/// <summary>The name a profile gets when the user gives none.</summary>
internal static class DefaultProfileName
{
    private const string Fallback = "default";
    private const int LongestName = 20;

    /// <summary>The default name for a server, refused where a profile of that name is another server's.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>.</exception>
    public static ProfileName Unclaimed(ServerTarget target, ProfileStore profiles)
    {
        var name = For(target);
        return !profiles.Exists(name) || ServerTarget.SameHost(profiles.Load(name).Server.Host, target.Host)
            ? name
            : throw new GostBtException(
                GostBtFailure.Conflict,
                $"The profile '{name}' is {profiles.Load(name).Server.Host}'s.",
                "Give this server a profile of its own with -Name, or name that profile if it is to move here.");
    }

    /// <summary>The first label of a DNS name, as far as it can be a profile's name; <c>default</c> for an address.</summary>
    public static ProfileName For(ServerTarget target)
    {
        if (IPAddress.TryParse(target.Host, out _))
        {
            return new ProfileName(Fallback);
        }

        var label = target.Host.Split('.')[0].ToLowerInvariant();
        var allowed = new string([.. label.Select(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : '-')]).Trim('-');
        var name = allowed.Length > LongestName ? allowed.Substring(0, LongestName).Trim('-') : allowed;
        return new ProfileName(name.Length == 0 ? Fallback : name);
    }
}
