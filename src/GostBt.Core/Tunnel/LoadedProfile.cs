using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>A profile read and checked, with what runs it.</summary>
/// <param name="Stored">As it is kept.</param>
/// <param name="Profile">As this PC can carry it.</param>
/// <param name="Secrets">Its secrets.</param>
/// <param name="Configuration">Both as an engine's configuration.</param>
/// <param name="Tun">The engine of the TUN.</param>
/// <param name="Bundled">The engine of the SOCKS5.</param>
internal sealed record LoadedProfile(Profile Stored, Profile Profile, ProfileSecrets Secrets, TunnelConfiguration Configuration, EngineProgram Tun, EngineProgram Bundled)
{
    /// <inheritdoc/>
    public override string ToString() => $"LoadedProfile {{ Profile = {Profile.Name} }}";
}
