using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Server;

/// <summary>Carries a plan out: uploads, applies, checks over a new connection and from here; sets server and profile back where it does not hold.</summary>
/// <param name="ssh">Opens sessions.</param>
/// <param name="profiles">Where the profile and its secrets are kept.</param>
/// <param name="log">Told how it gets on.</param>
/// <param name="endpoint">Tries the tunnel's port from here.</param>
/// <param name="engines">Where the server's gost comes from.</param>
/// <param name="planAnew">Plans again, where somebody else changed the server meanwhile.</param>
internal sealed class ServerDeployment(
    ISshConnector ssh,
    ProfileStore profiles,
    IOperationLog log,
    TunnelEndpointProbe endpoint,
    ServerEngineSource engines,
    Func<ServerRequest, CancellationToken, Task<ServerPlan>> planAnew)
{
    // With several PCs at it at once each plans anew after each that was before it.
    private const int MaxPlans = 8;

    // Of the tunnel's port in an update, with the tunnel interrupted meanwhile: a SYN that is lost is sent again after 1 s and after 3 s.
    private static readonly TimeSpan PortPatience = TimeSpan.FromSeconds(6);

    /// <summary>Does it, while no other command changes the profile.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="acceptance">Tries the new state from here, while the server would still go back by itself; null accepts what it finds right.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GostBtException">See <see cref="ServerProvisioner.ApplyAsync(ServerPlan, CancellationToken)"/>.</exception>
    public async Task<GostBtServer> RunAsync(ServerPlan plan, ServerAcceptance? acceptance, CancellationToken cancellationToken)
    {
        using var turn = await ProfileTurn.TakeAsync(profiles, plan.Profile.Name, cancellationToken).ConfigureAwait(false);
        RequireUnchanged(plan);
        return await RunAsync(plan, MaxPlans, acceptance, cancellationToken).ConfigureAwait(false);
    }

    // A plan is of the whole profile: what another command wrote since would be lost.
    private void RequireUnchanged(ServerPlan plan)
    {
        var name = plan.Profile.Name;
        var stored = profiles.Exists(name) ? profiles.Load(name) : null;
        if (Text(stored) != Text(plan.Before) || profiles.TryLoadSecrets(name) != plan.SecretsBefore)
        {
            throw ProfileTurn.Busy($"Another command changed the profile '{name}' meanwhile.");
        }

        static string? Text(Profile? profile) => profile is null ? null : ProfileYaml.Write(profile);
    }

    private async Task<GostBtServer> RunAsync(ServerPlan plan, int plansLeft, ServerAcceptance? acceptance, CancellationToken cancellationToken)
    {
        if (!plan.HasChanges)
        {
            profiles.Save(plan.Profile, plan.Secrets);
            await TryPortAsync(plan, plan.Secrets, cancellationToken).ConfigureAwait(false);
            log.Verbose(FormattableString.Invariant($"Nothing to do on {plan.Ssh.Target}; {plan.RoundTrips} ssh round trips."));
            return ServerDescription.Of(plan.Profile, plan.Facts, "Running", plan.Secrets.CertificatePem) with { RoundTrips = plan.RoundTrips };
        }

        using var session = await ssh.ConnectAsync(plan.Ssh, cancellationToken).ConfigureAwait(false);
        if (acceptance is not null)
        {
            await new NewPortTrial(endpoint, log).RequireAsync(profiles.Load(plan.Profile.Name), plan, session, cancellationToken).ConfigureAwait(false);
        }

        var activity = ServerProvisioner.Activity(plan.Ssh);
        if (await new ServerUpload(engines, log).RunAsync(plan, session, activity, cancellationToken).ConfigureAwait(false) is not var (applied, secrets))
        {
            log.Verbose($"{plan.Ssh.Target} was changed since it was looked at; planning anew.");
            var anew = await planAnew(plansLeft > 1 && plan.Request is { } request ? request : throw Overtaken(plan), cancellationToken).ConfigureAwait(false);
            var spent = plan.RoundTrips + session.RoundTrips;
            return await RunAsync(anew with { RoundTrips = spent + anew.RoundTrips }, plansLeft - 1, acceptance, cancellationToken).ConfigureAwait(false);
        }

        plan = applied;

        // Kept before the checks: whatever interrupts them, the server may have these secrets by now.
        var isFirst = !profiles.Exists(plan.Profile.Name);
        var putBack = profiles.Keep(plan.Profile.Name);
        profiles.Save(plan.Profile, secrets);
        var undecided = acceptance is not null;
        try
        {
            if (acceptance is not null)
            {
                await AcceptAsync(plan, secrets, session, acceptance, putBack, cancellationToken).ConfigureAwait(false);
                undecided = false;
            }

            // What the tunnel has accepted is not broken off any more.
            log.Progress(activity, "Checking over a new connection", 90);
            var stop = acceptance is null ? cancellationToken : CancellationToken.None;
            var result = await session.RunScriptAsync(ServerScripts.Verify(plan), ServerScripts.Quick, stop).ConfigureAwait(false);
            new ServerAnswer(result, plan.Ssh.Target).RequireSuccess(
                GostBtFailure.VerificationFailed, "The deployment does not hold:", "The server was set back to what it was.");
        }
        catch (Exception e) when (e is GostBtException || (e is OperationCanceledException && (undecided || !isFirst)))
        {
            // The server goes back to what it was, at once or by its timer; so does the profile. But where the connection failed at the check, the server may
            // have passed it, and a first deployment's secrets are nowhere else: with them a second run completes it, or begins anew.
            if (undecided || !isFirst || e is GostBtException { Failure: GostBtFailure.VerificationFailed })
            {
                putBack();
            }

            if (e is OperationCanceledException)
            {
                await AbandonAsync(plan, secrets, session, acceptance).ConfigureAwait(false);
            }

            throw;
        }

        await TryPortAsync(plan, secrets, cancellationToken).ConfigureAwait(false);
        var roundTrips = plan.RoundTrips + session.RoundTrips;
        log.Verbose(FormattableString.Invariant($"{plan.Ssh.Target} is deployed; {roundTrips} ssh round trips."));
        return ServerDescription.Of(plan.Profile, plan.Facts, "Running", secrets.CertificatePem) with { Changed = true, RoundTrips = roundTrips };
    }

    private async Task AcceptAsync(
        ServerPlan plan, ProfileSecrets secrets, ISshSession session, ServerAcceptance acceptance, Action putBack, CancellationToken cancellationToken)
    {
        try
        {
            // Side by side: what uses the port need not wait for its being tried, which tells better what is wrong with it.
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var accepting = acceptance.TryAsync(ending.Token);
            try
            {
                await TryPortAsync(plan, secrets, cancellationToken, PortPatience).ConfigureAwait(false);
            }
            catch
            {
                ending.Cancel();
                await Task.WhenAny(accepting).ConfigureAwait(false);
                throw;
            }

            await accepting.ConfigureAwait(false);
        }
        catch (GostBtException e)
        {
            log.Verbose($"The new state is refused: {e.Message} Setting {plan.Ssh.Target} back.");
            await TurnBackAsync(acceptance, putBack).ConfigureAwait(false);
            await session.RunScriptAsync(ServerScripts.Refuse(plan), ServerScripts.Quick, cancellationToken).ConfigureAwait(false);
            throw new GostBtException(e.Failure, e.Message + " Server and profile were set back to what they were.", e.Remedy, e);
        }
    }

    // The tunnel here is interrupted: it looks for the old state while the server still goes back to it.
    private async Task TurnBackAsync(ServerAcceptance acceptance, Action putBack)
    {
        try
        {
            putBack();
            await acceptance.AbandonAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is GostBtException or IOException or UnauthorizedAccessException)
        {
            log.Verbose(e.Message);
        }
    }

    // Whoever pressed Ctrl+C is not kept waiting: the server goes back by its timer where this is cut off.
    private async Task AbandonAsync(ServerPlan plan, ProfileSecrets secrets, ISshSession session, ServerAcceptance? acceptance)
    {
        try
        {
            if (acceptance is not null)
            {
                await acceptance.AbandonAsync().ConfigureAwait(false);
            }

            var result = await session.RunScriptAsync(ServerScripts.Refuse(plan), ServerScripts.Quick, CancellationToken.None).ConfigureAwait(false);
            var refused = new ServerAnswer(result, plan.Ssh.Target).Values("failed").Contains(ServerScripts.Refusal);
            if (!refused && await StandsAsync(plan, session).ConfigureAwait(false))
            {
                // The check was over before anybody could refuse what it found right.
                profiles.Save(plan.Profile, secrets);
            }
        }
        catch (GostBtException e)
        {
            log.Verbose(e.Message);
        }
    }

    private static async Task<bool> StandsAsync(ServerPlan plan, ISshSession session)
    {
        var facts = await ServerProvisioner.FactsAsync(session, plan.Ssh, plan.Profile.Name, CancellationToken.None).ConfigureAwait(false);

        // What the server fetched itself may have no hash here.
        return plan.Files.Where(file => file.Hash.Length > 0).All(file => file.IsPlaced(facts.File(file.Path)));
    }

    private Task TryPortAsync(ServerPlan plan, ProfileSecrets secrets, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        log.Progress(ServerProvisioner.Activity(plan.Ssh), "Trying the tunnel's port from here", 95);
        return endpoint.RequireAsync(plan.Profile.Server.PublicAddress!, plan.Profile.Tunnel.Port, secrets.CertificatePem, cancellationToken, patience);
    }

    private static GostBtException Overtaken(ServerPlan plan) => new(
        GostBtFailure.Busy,
        $"Other runs of GostBt keep changing {plan.Ssh.Target}; nothing was changed by this one.",
        "Wait until they have ended and try again.");
}
