using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Net;

/// <summary>
/// Proves published ports from outside: the server sends the probes itself, through a throw-away network namespace with an address of its own, so that
/// they take the way a peer's packets take; or another host sends them. All ports and both protocols go in one ssh round trip.
/// </summary>
public sealed class PortProber
{
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(2);

    private readonly ISshConnector _ssh;
    private readonly ProfileStore _profiles;
    private readonly Func<ProfileName, CancellationToken, Task<GostBtTunnel>> _tunnelOf;
    private readonly Func<Profile, SshOptions> _sshOf;
    private readonly IOperationLog _log;

    /// <param name="ssh">Reaches the server, and the other host where one is given.</param>
    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="tunnels">Tells whether the tunnel is up.</param>
    /// <param name="log">Told of each step, and of all the script printed.</param>
    public PortProber(ISshConnector ssh, ProfileStore profiles, TunnelController tunnels, IOperationLog log)
        : this(ssh, profiles, tunnels.GetAsync, SshOptions.For, log)
    {
    }

    internal PortProber(
        ISshConnector ssh,
        ProfileStore profiles,
        Func<ProfileName, CancellationToken, Task<GostBtTunnel>> tunnelOf,
        Func<Profile, SshOptions> sshOf,
        IOperationLog log)
    {
        _ssh = ssh;
        _profiles = profiles;
        _tunnelOf = tunnelOf;
        _sshOf = sshOf;
        _log = log;
    }

    /// <summary>Probes ports and says, for each that is closed, which part of the way broke.</summary>
    /// <param name="request">Which ports, and from where.</param>
    /// <param name="cancellationToken">Ends the run; what it made on the server goes with it.</param>
    /// <returns>One result a port and protocol, in the order of the ports.</returns>
    /// <exception cref="GostBtException">A port that is not published, no ssh to the server, or a server that cannot probe itself.</exception>
    public async Task<IReadOnlyList<PortProbeResult>> TestAsync(PortProbeRequest request, CancellationToken cancellationToken)
    {
        var profile = _profiles.Load(request.Name);
        var probes = ProbeSelection.Of(profile, request);
        var tunnel = await _tunnelOf(request.Name, cancellationToken).ConfigureAwait(false);
        if (!tunnel.State.Carries())
        {
            return [.. new ProbeRun(profile, request, probes, tunnel, null, ProbeSignature.Create()).Results()];
        }

        var signature = ProbeSignature.Create();
        var network6 = TunnelNetwork6.Of(profile);
        using var home = HomeEnd.Open(IPAddress.Parse(profile.Tunnel.Client), probes, signature, request.Listen);
        using var home6 = network6 is null ? null : HomeEnd.Open(network6.ClientAddress, probes, signature, request.Listen);
        using var probing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = new ProbeRun(profile, request, probes, tunnel, home, signature, home6);
        var watching = Task.WhenAll(home.WatchAsync(probing.Token), home6?.WatchAsync(probing.Token) ?? Task.CompletedTask);
        var pinging = PingAsync(TunnelNetwork.Parse(profile.Tunnel.Network).ServerAddress);
        try
        {
            var target = await TargetAsync(profile, cancellationToken).ConfigureAwait(false);
            if (request.From is not null)
            {
                run.Outside = await ProbeOutsideAsync(run, request.From, target, cancellationToken).ConfigureAwait(false);
            }

            if (run.Unanswered is { Count: > 0 } unanswered)
            {
                run.Server = await ProbeOnServerAsync(run, unanswered, target, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            probing.Cancel();
            await watching.ConfigureAwait(false);
        }

        run.FarEndAnswers = await pinging.ConfigureAwait(false);
        return [.. run.Results()];
    }

    private async Task<ProbeReport> ProbeOutsideAsync(ProbeRun run, SshOptions from, ProbeTarget target, CancellationToken cancellationToken)
    {
        _log.Progress("Testing ports", $"Probing {target} from {from.Target.Host}");
        var script = ProbeScript.ForOutside(run.Probes, target, run.Signature, run.Timeout);
        var report = await RunAsync(from, script, target, run, cancellationToken).ConfigureAwait(false);
        return report.Fact("missing") is { } tool ? throw Missing(from.Target, tool) : report;
    }

    private async Task<ProbeReport?> ProbeOnServerAsync(
        ProbeRun run, IReadOnlyList<PublishedPort> probes, ProbeTarget target, CancellationToken cancellationToken)
    {
        var server = run.ServerLogin ?? _sshOf(run.Profile);
        _log.Progress("Testing ports", $"Probing {target} on the server itself");
        var script = ProbeScript.ForServer(probes, target, run.Profile.Tunnel.Client, $"gostbt@{run.Profile.Name}.service", run.Signature, run.Timeout);
        try
        {
            var report = await RunAsync(server, script, target, run, cancellationToken).ConfigureAwait(false);
            return (report.Fact("missing"), report.Fact("namespace")) switch
            {
                ({ } tool, _) => throw Missing(server.Target, tool),
                (_, { } error) => throw new GostBtException(
                    GostBtFailure.UnsupportedSystem,
                    $"{server.Target} cannot make a network namespace to probe itself from: {error}",
                    "Probe from another host: -From user@host."),
                _ => report,
            };
        }
        catch (GostBtException e) when (run.Outside is not null)
        {
            // The outside probe stands on its own; only the reason stays unknown.
            _log.Warning($"The server could not be asked why ports are closed: {e.Message}");
            return null;
        }
    }

    private async Task<ProbeReport> RunAsync(SshOptions host, string script, ProbeTarget target, ProbeRun run, CancellationToken cancellationToken)
    {
        using var session = await _ssh.ConnectAsync(host, cancellationToken).ConfigureAwait(false);
        var deadline = host.ConnectTimeout + ProbeScript.Deadline(run.Probes, target, run.Timeout);
        var result = RootScript.RequireRoot(await session.RunScriptAsync(script, deadline, cancellationToken).ConfigureAwait(false), host.Target);
        if (result.ExitCode != 0)
        {
            throw new GostBtException(
                GostBtFailure.RemoteCommandFailed,
                $"The probe on {host.Target} ended with code {result.ExitCode}: {result.Error.Trim()}",
                "Check that its login shell prints nothing and runs sh.");
        }

        _log.Verbose(result.Output.TrimEnd());
        return ProbeReport.Parse(result.Output);
    }

    private static async Task<ProbeTarget> TargetAsync(Profile profile, CancellationToken cancellationToken) => new(
        profile.Server.PublicAddress
            ?? (await DirectPath.ResolveAsync(profile.Server.Host, AddressFamily.InterNetwork, cancellationToken).ConfigureAwait(false)).ToString(),
        TunnelNetwork6.Of(profile) is null ? null : profile.Server.PublicAddress6);

    private static async Task<bool?> PingAsync(IPAddress address)
    {
        try
        {
            using var ping = new Ping();
            var reply = await ping.SendPingAsync(address, (int)PingPatience.TotalMilliseconds).ConfigureAwait(false);
            return reply.Status == IPStatus.Success;
        }
        catch (Exception e) when (e is PingException or PlatformNotSupportedException or InvalidOperationException)
        {
            // No right to ping here; the agent's own word stands.
            return null;
        }
    }

    private static GostBtException Missing(ServerTarget host, string tool) => new(
        GostBtFailure.UnsupportedSystem,
        $"{host} has no '{tool}', which the probe needs.",
        $"Install it there (Debian: apt install bash coreutils iproute2 nftables), or probe from another host: -From user@host.");
}
