using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Tunnel;

/// <summary>Forgets profiles: none whose tunnel runs or comes up with this computer, but also one that cannot be read any more.</summary>
public sealed class ProfileRemoval
{
    private readonly ProfileStore _profiles;
    private readonly TunnelController _tunnels;
    private readonly AutoStarter _autoStarts;

    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="tunnels">Knows which tunnels run.</param>
    /// <param name="autoStarts">Knows which of them come up with this computer.</param>
    public ProfileRemoval(ProfileStore profiles, TunnelController tunnels, AutoStarter autoStarts)
    {
        _profiles = profiles;
        _tunnels = tunnels;
        _autoStarts = autoStarts;
    }

    /// <summary>What would be forgotten, and what stays. Changes nothing.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ProfileNotFound"/>, or <see cref="GostBtFailure.Conflict"/>: its tunnel needs it.</exception>
    public ProfileRemovalPlan Plan(ProfileName name)
    {
        RequireUnused(name);
        try
        {
            var profile = _profiles.Load(name);
            var target = SshOptions.For(profile).Target;
            return new ProfileRemovalPlan(name, profile.Server.PublicAddress is null
                ? "Nothing was deployed with it."
                : $"{target} stays as it is: what is deployed there goes on, and only Remove-GostBtServer, before this, takes it back.");
        }
        catch (GostBtException e) when (e.Failure != GostBtFailure.ProfileNotFound)
        {
            return new ProfileRemovalPlan(name, $"It cannot be read ({e.Message}); a server that was deployed with it stays as it is.");
        }
    }

    /// <summary>Removes the profile and its secrets from this computer.</summary>
    /// <exception cref="GostBtException">
    /// <see cref="GostBtFailure.Conflict"/>: its tunnel was started or registered since it was planned; <see cref="GostBtFailure.Busy"/>: another command is
    /// changing it.
    /// </exception>
    public async Task ApplyAsync(ProfileRemovalPlan plan, CancellationToken cancellationToken)
    {
        using var turn = await ProfileTurn.TakeAsync(_profiles, plan.Name, cancellationToken).ConfigureAwait(false);
        RequireUnused(plan.Name);
        _profiles.Remove(plan.Name);
    }

    private void RequireUnused(ProfileName name)
    {
        if (_tunnels.IsRunning(name))
        {
            throw new GostBtException(GostBtFailure.Conflict, $"The tunnel '{name}' still runs.", "End it with Stop-GostBtTunnel first.");
        }

        if (_autoStarts.IsRegistered(name))
        {
            throw new GostBtException(
                GostBtFailure.Conflict, $"The tunnel '{name}' comes up with this computer.", "Take that back with Unregister-GostBtAutoStart first.");
        }
    }
}
