using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>What a profile publishes, as its file says now: ports come and go without a restart of the tunnel.</summary>
/// <param name="profiles">Where it is kept.</param>
/// <param name="profile">As it was read last.</param>
internal sealed class StoredPorts(ProfileStore profiles, Profile profile)
{
    private DateTime _seen = profiles.Written(profile.Name);
    private IReadOnlyList<PublishedPort> _ports = profile.Ports;

    /// <summary>The ports; those known before while the file cannot be read, or is gone.</summary>
    public IReadOnlyList<PublishedPort> Current()
    {
        var written = profiles.Written(profile.Name);
        if (written != _seen)
        {
            _seen = written;
            try
            {
                _ports = profiles.Load(profile.Name).Ports;
            }
            catch (Exception e) when (e is GostBtException or IOException or UnauthorizedAccessException)
            {
                // Whoever edits it makes it right, or hears of it from the next command.
            }
        }

        return _ports;
    }
}
