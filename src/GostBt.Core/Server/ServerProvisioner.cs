using GostBt.Gost.Supply;
using GostBt.Model;
using GostBt.Net;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Server;

/// <summary>Makes a server what a profile says: facts, plan, apply, verify; and takes it back.</summary>
public sealed class ServerProvisioner
{
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromHours(24);

    private readonly ISshConnector _ssh;
    private readonly ProfileStore _profiles;
    private readonly HostBinaries _host;
    private readonly IOperationLog _log;
    private readonly ServerEngineSource _engines;
    private readonly ServerDeployment _deployment;

    /// <param name="ssh">Opens sessions.</param>
    /// <param name="profiles">Where the profile and its secrets are kept.</param>
    /// <param name="host">Finds the executable to upload.</param>
    /// <param name="log">Told how it gets on.</param>
    /// <param name="endpoint">Tries the tunnel's port from here; null uses ordinary sockets.</param>
    /// <param name="engines">Where the server's gost comes from; null is this user's store.</param>
    public ServerProvisioner(ISshConnector ssh, ProfileStore profiles, HostBinaries host, IOperationLog log, TunnelEndpointProbe? endpoint = null, ServerEngineSource? engines = null)
    {
        _engines = engines ?? new ServerEngineSource(new GostStore(GostBtPaths.ForCurrentUser().Engines), log);
        _ssh = ssh;
        _profiles = profiles;
        _host = host;
        _log = log;
        _deployment = new ServerDeployment(ssh, profiles, log, endpoint ?? new TunnelEndpointProbe(), _engines, PlanAsync);
    }

    /// <summary>Finds out, in one round trip (two at first contact), what has to be done. Changes nothing on the server.</summary>
    /// <exception cref="GostBtException">The request, the server or the way to it does not allow it; the reason and the remedy say what.</exception>
    public async Task<ServerPlan> PlanAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        var existing = _profiles.Exists(request.Name) ? _profiles.Load(request.Name) : null;
        var profile = request.ToProfile(existing);
        var before = _profiles.TryLoadSecrets(request.Name, _log.Warning);
        var secrets = before ?? NewSecrets();
        var ssh = request.ToSsh(existing);
        _log.Progress(Activity(ssh), "Looking at the server");
        using var session = await _ssh.ConnectAsync(ssh, cancellationToken).ConfigureAwait(false);
        var facts = await FactsAsync(session, ssh, request.Name, cancellationToken).ConfigureAwait(false);
        var home = HomeNetworks.Except(profile.Tunnel.Interface);
        profile = HomeNetworks.Tell(profile, Allotment.Allot(profile, request, facts, [.. home.Select(pair => pair.Network)]), home, _log.Warning);
        var address = await PublicAddress.FindAsync(profile.Server, facts).ConfigureAwait(false);
        profile = profile with { Server = profile.Server with { PublicAddress = address, PublicAddress6 = PublicAddress.Find6(profile.Server, facts) } };
        (profile, var gost) = await _engines.PlanAsync(profile, request.ServerEngine, facts, cancellationToken).ConfigureAwait(false);
        Warn(existing, profile, facts);
        return ServerPlanner.Plan(profile, ssh, facts, secrets, BundledEngine(facts), gost, request.KeepEngine, request.TakeOver) with
        {
            Request = request,
            Before = existing,
            SecretsBefore = before,
            RoundTrips = session.RoundTrips,
        };
    }

    /// <summary>As <see cref="PlanAsync"/>, for a server that is deployed.</summary>
    /// <exception cref="GostBtException">As there; <see cref="GostBtFailure.InvalidProfile"/> for a server that is not deployed.</exception>
    public async Task<ServerPlan> PlanUpdateAsync(ServerUpdate update, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(ServerRequest.For(update.Profile, update.Ssh) with { KeepEngine = !update.Engine }, cancellationToken).ConfigureAwait(false);
        return plan.Facts.Profile(update.Profile.Name.Value) is not null
            ? plan with { Before = update.Stored ?? plan.Before }
            : throw new GostBtException(
                GostBtFailure.InvalidProfile,
                $"The server of '{update.Profile.Name}' is not deployed on {update.Ssh.Target}.",
                $"Run 'Get-GostBtProfile {update.Profile.Name} | New-GostBtServer' first.");
    }

    /// <summary>Does what the plan says, checks it over a new connection and from here, and saves the profile. A plan without changes only saves it.</summary>
    /// <exception cref="GostBtException">
    /// A step failed, and the server is as it was; <see cref="GostBtFailure.VerificationFailed"/>; or <see cref="GostBtFailure.Busy"/>: the profile was changed
    /// since this was planned, or is being changed.
    /// </exception>
    public Task<GostBtServer> ApplyAsync(ServerPlan plan, CancellationToken cancellationToken) => _deployment.RunAsync(plan, null, cancellationToken);

    /// <summary>As <see cref="ApplyAsync(ServerPlan, CancellationToken)"/>; what <paramref name="acceptance"/> throws sets server and profile back to what they were.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="acceptance">Tries the new state from here, while the server would still go back by itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal Task<GostBtServer> ApplyAsync(ServerPlan plan, ServerAcceptance acceptance, CancellationToken cancellationToken) =>
        _deployment.RunAsync(plan, acceptance, cancellationToken);

    /// <summary>A server as it stands, in one round trip.</summary>
    public async Task<GostBtServer> GetAsync(Profile profile, SshOptions ssh, CancellationToken cancellationToken)
    {
        using var session = await _ssh.ConnectAsync(ssh, cancellationToken).ConfigureAwait(false);
        var facts = await FactsAsync(session, ssh, profile.Name, cancellationToken).ConfigureAwait(false);
        var deployed = facts.Profile(profile.Name.Value);
        return ServerDescription.Of(profile, facts, State(profile, ssh, facts, deployed), deployed?.CertificatePem) with { RoundTrips = session.RoundTrips };
    }

    /// <summary>Finds out, in one round trip, what of a profile is on its server.</summary>
    public async Task<ServerRemovalPlan> PlanRemovalAsync(Profile profile, SshOptions ssh, CancellationToken cancellationToken)
    {
        using var session = await _ssh.ConnectAsync(ssh, cancellationToken).ConfigureAwait(false);
        var facts = await FactsAsync(session, ssh, profile.Name, cancellationToken).ConfigureAwait(false);
        if (_profiles.TryLoadSecrets(profile.Name) is { } secrets)
        {
            ProfileOwner.Require(profile.Name, facts.Profile(profile.Name.Value), secrets, ssh.Target);
        }

        return ServerRemovalPlan.For(profile, ssh, facts) with { RoundTrips = session.RoundTrips };
    }

    /// <summary>Takes back from the server what the plan lists. The profile here stays: removing it is its store's work.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.RemoteCommandFailed"/> when something could not be removed.</exception>
    public async Task RemoveAsync(ServerRemovalPlan plan, CancellationToken cancellationToken)
    {
        if (!plan.HasChanges)
        {
            return;
        }

        _log.Progress(Activity(plan.Ssh), "Taking everything back");
        using var session = await _ssh.ConnectAsync(plan.Ssh, cancellationToken).ConfigureAwait(false);
        var result = await session.RunScriptAsync(ServerScripts.Remove(plan), ServerScripts.Quick, cancellationToken).ConfigureAwait(false);
        var answer = new ServerAnswer(result, plan.Ssh.Target);
        answer.RequireSuccess(GostBtFailure.RemoteCommandFailed, "The removal did not end well:", "Run it again.");
        if (answer.Values("left") is { Count: > 0 } left)
        {
            throw new GostBtException(GostBtFailure.RemoteCommandFailed, $"{plan.Ssh.Target} kept {string.Join(", ", left)}.", "Remove it there by hand.");
        }

        _log.Verbose(FormattableString.Invariant($"{plan.Ssh.Target} is as it was before; {plan.RoundTrips + session.RoundTrips} ssh round trips."));
    }

    /// <summary>What would have to be done to make a server what its profile says, whether or not it allows it.</summary>
    internal ServerPlan Compare(Profile profile, SshOptions ssh, ServerFacts facts) =>
        ServerPlanner.Compare(profile, ssh, facts, Secrets(profile.Name), BundledEngine(facts), keepEngine: true);

    internal static async Task<ServerFacts> FactsAsync(ISshSession session, SshOptions ssh, ProfileName name, CancellationToken cancellationToken)
    {
        var result = await session.RunScriptAsync(ServerScripts.Facts(name), ServerScripts.Quick, cancellationToken).ConfigureAwait(false);
        return ServerFactsParser.Parse(RootScript.RequireRoot(result, ssh.Target).Output);
    }

    /// <summary>What progress is told under.</summary>
    internal static string Activity(SshOptions ssh) => "Deploying " + ssh.Target;

    private void Warn(Profile? existing, Profile profile, ServerFacts facts)
    {
        if (profile.Server.PublicAddress6 is not null && TunnelNetwork6.Of(profile) is null)
        {
            _log.Warning($"The tunnel's MTU ({profile.Tunnel.Mtu}) is below IPv6's least ({TunnelNetwork6.LeastMtu}): the ports are published over IPv4 only.");
        }

        if (facts.Clock is { } clock && (clock - DateTimeOffset.UtcNow).Duration() > MaxClockDifference)
        {
            _log.Warning($"The clocks of the server ({clock:u}) and of this PC ({DateTimeOffset.UtcNow:u}) differ: certificates may seem not yet, or no longer, valid.");
        }

        if (existing is not null && !ServerTarget.SameHost(existing.Server.Host, profile.Server.Host))
        {
            _log.Warning($"The profile '{profile.Name}' was deployed on {existing.Server.Host} before; what is there stays until it is removed from there.");
        }
    }

    private string State(Profile profile, SshOptions ssh, ServerFacts facts, DeployedProfile? deployed)
    {
        if (deployed is null)
        {
            return "Absent";
        }

        if (!deployed.EngineActive)
        {
            return "Stopped";
        }

        try
        {
            return ServerPlanner.Plan(profile, ssh, facts, Secrets(profile.Name), BundledEngine(facts)).HasChanges ? "Drifted" : "Running";
        }
        catch (GostBtException e) when (e.Failure is GostBtFailure.Conflict or GostBtFailure.UnsupportedSystem)
        {
            _log.Warning(e.Message + " " + e.Remedy);
            return "Drifted";
        }
    }

    private ProfileSecrets Secrets(ProfileName name) => _profiles.TryLoadSecrets(name) ?? NewSecrets();

    private static ProfileSecrets NewSecrets()
    {
        var (username, password) = RelayCredentials.Create();
        return new ProfileSecrets(username, password, string.Empty);
    }

    private PlannedFile BundledEngine(ServerFacts facts) => PlannedFile.OfProgram(_host.FindForUpload(ServerEngineSource.Runtime(facts)));
}
