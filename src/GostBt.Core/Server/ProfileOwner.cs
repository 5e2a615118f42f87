using System.Text;
using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Server;

/// <summary>Whose a deployed profile is: its manifest holds a hash of the relay's user, which only the PC that deployed it knows.</summary>
internal static class ProfileOwner
{
    /// <summary>The hash: SHA-256, hexadecimal.</summary>
    public static string Of(ProfileSecrets secrets) => FileHash.Of(Encoding.UTF8.GetBytes(secrets.Username));

    /// <summary>Comes back when the profile is not there, is the secrets', or was deployed by a version that did not say whose it is.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>.</exception>
    public static void Require(ProfileName name, DeployedProfile? deployed, ProfileSecrets secrets, ServerTarget target)
    {
        if (deployed?.Value("owner") is { } owner && owner != Of(secrets))
        {
            throw new GostBtException(
                GostBtFailure.Conflict,
                $"A profile '{name}' was deployed on {target} by another PC, or by this one before it lost the profile's secrets.",
                "Give this PC's profile another name with -Name. If the other PC no longer uses it, make it this one's with -TakeOver; a tunnel that still uses it ends.");
        }
    }
}
