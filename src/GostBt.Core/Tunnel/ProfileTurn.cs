using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>One command at a time changes a profile: who looks at it and writes it, on the server or here, has its turn meanwhile.</summary>
internal sealed class ProfileTurn : IDisposable
{
    // One change takes some seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ProfileStore _profiles;
    private readonly ProfileName _name;
    private readonly AgentLock _lock;

    private ProfileTurn(ProfileStore profiles, ProfileName name, AgentLock held)
    {
        _profiles = profiles;
        _name = name;
        _lock = held;
    }

    /// <summary>Waits for it.</summary>
    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="name">The profile, which need not be there yet.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Busy"/>: another command does not end.</exception>
    public static async Task<ProfileTurn> TakeAsync(ProfileStore profiles, ProfileName name, CancellationToken cancellationToken)
    {
        profiles.RequirePrivate();
        var held = await AgentLock.TryTakeAsync(profiles.LockOf(name), Patience, cancellationToken).ConfigureAwait(false)
            ?? throw Busy($"Another command has been changing the profile '{name}' for {Patience.TotalSeconds:0} seconds.");
        return new ProfileTurn(profiles, name, held);
    }

    /// <summary>The error of whoever cannot have it, or comes too late.</summary>
    public static GostBtException Busy(string message) => new(GostBtFailure.Busy, message, "Run this command again.");

    /// <inheritdoc/>
    public void Dispose()
    {
        // While it is held it is this one's; Windows removes no file that is open, and then keeps who has it by now from losing it.
        var isLeft = !_profiles.Exists(_name);
        if (isLeft && Path.DirectorySeparatorChar == '/')
        {
            _profiles.RemoveLock(_name);
        }

        _lock.Dispose();
        if (isLeft && Path.DirectorySeparatorChar != '/')
        {
            _profiles.RemoveLock(_name);
        }
    }
}
