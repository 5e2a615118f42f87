using GostBt.Model;
using GostBt.Tunnel;

namespace GostBt.Server;

/// <summary>
/// Changes a deployed server while its tunnel runs: the tunnel here follows in the same run, and before the server gives up the way back the new state must have
/// carried it. What does not ends with server, profile and tunnel as they were.
/// </summary>
public sealed class ServerUpdater
{
    // The server takes the new state back by itself 20 s after it was made, unless it is checked before.
    private static readonly TimeSpan FollowWithin = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan ReturnWithin = TimeSpan.FromSeconds(25);

    private readonly ServerProvisioner _servers;
    private readonly TunnelController _tunnels;
    private readonly CertificateRotation _certificates;
    private readonly IOperationLog _log;

    /// <param name="servers">The VPS side.</param>
    /// <param name="tunnels">The local side.</param>
    /// <param name="certificates">Renews the server's certificate.</param>
    /// <param name="log">Told how it gets on.</param>
    public ServerUpdater(ServerProvisioner servers, TunnelController tunnels, CertificateRotation certificates, IOperationLog log)
    {
        _servers = servers;
        _tunnels = tunnels;
        _certificates = certificates;
        _log = log;
    }

    /// <summary>Plans an update, see <see cref="ServerProvisioner.PlanUpdateAsync"/>.</summary>
    public async Task<ServerUpdatePlan> PlanAsync(ServerUpdate update, CancellationToken cancellationToken) =>
        new(await _servers.PlanUpdateAsync(update, cancellationToken).ConfigureAwait(false), update.Renewal);

    /// <summary>
    /// Carries a plan out on both sides, or on neither. Cancelled, the tunnel goes back at once, and the server at once or by its timer. The certificate is
    /// renewed when all that is done: where that fails, the rest stands.
    /// </summary>
    /// <exception cref="GostBtException">
    /// A step failed or the new state did not carry the tunnel, and all is as it was; or there was nothing but a certificate to renew, which failed.
    /// </exception>
    public async Task<ServerUpdateResult> ApplyAsync(ServerUpdatePlan plan, CancellationToken cancellationToken)
    {
        var server = await ApplyAsync(plan.Server, cancellationToken).ConfigureAwait(false);
        if (plan.Renewal == CertificateRenewal.None)
        {
            return new ServerUpdateResult(server);
        }

        try
        {
            var newKey = plan.Renewal == CertificateRenewal.NewKey;
            var renewed = await _certificates.RunAsync(plan.Server.Profile.Name, plan.Ssh, newKey, cancellationToken).ConfigureAwait(false);
            return new ServerUpdateResult(server with { Changed = true, CertificateFingerprint = renewed.Fingerprint });
        }
        catch (GostBtException e) when (plan.Server.HasChanges)
        {
            return new ServerUpdateResult(server, e);
        }
    }

    private async Task<GostBtServer> ApplyAsync(ServerPlan plan, CancellationToken cancellationToken)
    {
        var name = plan.Profile.Name;
        var followed = false;
        if (!_tunnels.IsRunning(name))
        {
            return await _servers.ApplyAsync(plan, new ServerAcceptance(_ => Task.CompletedTask, () => Task.CompletedTask), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await _servers.ApplyAsync(plan, new ServerAcceptance(Follow, () => _tunnels.ReloadAsync(name)), cancellationToken).ConfigureAwait(false);
        }
        catch (GostBtException e) when (followed || e.Failure != GostBtFailure.Busy)
        {
            // Who had no turn has interrupted nothing.
            await ReturnAsync(name).ConfigureAwait(false);
            throw;
        }

        Task Follow(CancellationToken stop)
        {
            followed = true;
            return FollowAsync(name, stop);
        }
    }

    private Task FollowAsync(ProfileName name, CancellationToken cancellationToken)
    {
        _log.Progress("Updating " + name, "The tunnel here follows", 85);
        return FollowAsync(name, FollowWithin, cancellationToken);
    }

    private async Task FollowAsync(ProfileName name, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await _tunnels.FollowAsync(name, within, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GostBtException(GostBtFailure.Unexpected, $"The tunnel here cannot follow: {e.Message}", "Check the free space and the permissions of GostBt's folders on this PC.", e);
        }
    }

    private async Task ReturnAsync(ProfileName name)
    {
        try
        {
            await FollowAsync(name, ReturnWithin, CancellationToken.None).ConfigureAwait(false);
        }
        catch (GostBtException e)
        {
            // The update's own failure is what the user has to know first.
            _log.Warning($"The tunnel '{name}' is not up again: {e.Message} {e.Remedy}");
        }
    }
}
