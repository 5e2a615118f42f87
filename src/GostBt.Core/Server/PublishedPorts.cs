using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Server;

/// <summary>Adds ports to a deployed profile and removes them: on the server, whose connections stay, in the profile, and in the running tunnel.</summary>
public sealed class PublishedPorts
{
    private readonly ServerProvisioner _servers;
    private readonly ProfileStore _profiles;
    private readonly TunnelController _tunnels;

    /// <param name="servers">The VPS side.</param>
    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="tunnels">The local side.</param>
    public PublishedPorts(ServerProvisioner servers, ProfileStore profiles, TunnelController tunnels)
    {
        _servers = servers;
        _profiles = profiles;
        _tunnels = tunnels;
    }

    /// <summary>What a profile publishes, as its file says.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.ProfileNotFound"/>.</exception>
    public IReadOnlyList<GostBtPort> Get(ProfileName name)
    {
        var profile = _profiles.Load(name);
        return [.. profile.Ports.Select(port => Describe(profile, port))];
    }

    /// <summary>Plans to publish more ports. Those that are published already are passed over.</summary>
    /// <exception cref="GostBtException">A port cannot be published, because of the profile or of what listens on the server; or the server is not deployed.</exception>
    public Task<ServerPlan> PlanAdditionAsync(ProfileName name, IReadOnlyList<PublishedPort> ports, Func<Profile, SshOptions> ssh, CancellationToken cancellationToken)
    {
        var profile = _profiles.Load(name);
        return PlanAsync(profile, PublishedPortList.Add(profile.Ports, ports), ssh, cancellationToken);
    }

    /// <summary>Plans to close ports.</summary>
    /// <exception cref="GostBtException">A port is not published, or none would be left (<see cref="GostBtFailure.InvalidInput"/>); or the server is not deployed.</exception>
    public Task<ServerPlan> PlanRemovalAsync(ProfileName name, IReadOnlyList<PublishedPort> ports, Func<Profile, SshOptions> ssh, CancellationToken cancellationToken)
    {
        var profile = _profiles.Load(name);
        var left = PublishedPortList.Remove(profile.Ports, ports);
        return left.Count > 0
            ? PlanAsync(profile, left, ssh, cancellationToken)
            : throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"No port of '{name}' would be left.",
                $"Publish another first with Add-GostBtPort, or take the whole server back with Remove-GostBtServer -Name {name}.");
    }

    /// <summary>Carries a plan out, on the server and in the running tunnel.</summary>
    /// <returns>What is published now.</returns>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Busy"/>: the profile was changed since this was planned, or is being changed.</exception>
    public async Task<IReadOnlyList<GostBtPort>> ApplyAsync(ServerPlan plan, CancellationToken cancellationToken)
    {
        await _servers.ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
        var profile = _profiles.Load(plan.Profile.Name);
        _tunnels.UpdatePublishedPorts(profile);
        return [.. profile.Ports.Select(port => Describe(profile, port))];
    }

    private static GostBtPort Describe(Profile profile, PublishedPort port) => new()
    {
        Name = profile.Name.Value,
        Port = port,
        Outside = profile.Server.PublicAddress + ":" + port.OutsideText,
        Inside = profile.Tunnel.Client + ":" + port.InsideText,
    };

    private Task<ServerPlan> PlanAsync(Profile stored, IReadOnlyList<PublishedPort> ports, Func<Profile, SshOptions> ssh, CancellationToken cancellationToken)
    {
        var profile = ProfileRules.Require(stored with { Ports = ports });
        return _servers.PlanUpdateAsync(new ServerUpdate { Profile = profile, Stored = stored, Ssh = ssh(profile) }, cancellationToken);
    }
}
