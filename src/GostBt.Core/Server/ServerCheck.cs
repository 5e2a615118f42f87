using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>Finds out in one ssh round trip, and one connection to the tunnel's port, whether a server is still what its profile says. Changes nothing.</summary>
public sealed class ServerCheck
{
    private readonly ServerProvisioner _servers;
    private readonly ISshConnector _ssh;
    private readonly ProfileStore _profiles;
    private readonly IOperationLog _log;
    private readonly TunnelEndpointProbe _endpoint;

    /// <param name="servers">Knows what a server should be.</param>
    /// <param name="ssh">Opens sessions.</param>
    /// <param name="profiles">Where profiles are kept.</param>
    /// <param name="log">Told how it gets on.</param>
    /// <param name="endpoint">Tries the tunnel's port from here; null uses ordinary sockets.</param>
    public ServerCheck(ServerProvisioner servers, ISshConnector ssh, ProfileStore profiles, IOperationLog log, TunnelEndpointProbe? endpoint = null)
    {
        _servers = servers;
        _ssh = ssh;
        _profiles = profiles;
        _log = log;
        _endpoint = endpoint ?? new TunnelEndpointProbe();
    }

    /// <summary>Checks a server.</summary>
    /// <param name="profile">A profile.</param>
    /// <param name="ssh">How its server is reached.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="GostBtException">The server cannot be reached or asked.</exception>
    public async Task<GostBtServerHealth> RunAsync(Profile profile, SshOptions ssh, CancellationToken cancellationToken)
    {
        _log.Progress("Checking " + ssh.Target, "Looking at the server");
        var secrets = _profiles.TryLoadSecrets(profile.Name, _log.Warning);
        using var session = await _ssh.ConnectAsync(ssh, cancellationToken).ConfigureAwait(false);
        var knocking = KnockAsync(profile, secrets, cancellationToken);
        var resolving = ResolveAsync(profile.Server.Host);
        var facts = await ServerProvisioner.FactsAsync(session, ssh, profile.Name, cancellationToken).ConfigureAwait(false);
        var now = DateTimeOffset.UtcNow;
        var findings = ServerDrift.Find(_servers.Compare(profile, ssh, facts), secrets, await resolving.ConfigureAwait(false), now).ToList();
        if (await knocking.ConfigureAwait(false) is { } closed)
        {
            findings.Insert(0, closed);
        }

        var pem = facts.Profile(profile.Name.Value)?.CertificatePem;
        return new GostBtServerHealth
        {
            Name = profile.Name.Value,
            HostName = ssh.Target.ToString(),
            Findings = findings,
            System = facts.System,
            CertificateExpires = pem is null ? null : ServedCertificate.TryRead(pem)?.End,
            DiskFreeMegabytes = facts.DiskFree / 1024,
            ClockDifference = facts.Clock - now,
            RoundTrips = session.RoundTrips,
        };
    }

    private async Task<ServerFinding?> KnockAsync(Profile profile, ProfileSecrets? secrets, CancellationToken cancellationToken)
    {
        if (profile.Server.PublicAddress is not { } address || secrets is not { CertificatePem.Length: > 0 })
        {
            return null;
        }

        try
        {
            await _endpoint.RequireAsync(address, profile.Tunnel.Port, secrets.CertificatePem, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (GostBtException e)
        {
            return new ServerFinding(
                "TunnelPortClosed",
                FindingSeverity.Error,
                FormattableString.Invariant($"From here TCP port {profile.Tunnel.Port} of {address} does not answer as the server's engine."),
                "If nothing else is wrong: " + e.Remedy);
        }
    }

    private static async Task<IReadOnlyList<string>> ResolveAsync(string host)
    {
        try
        {
            return
            [
                .. (await Dns.GetHostAddressesAsync(host).ConfigureAwait(false))
                    .Where(address => address.AddressFamily == AddressFamily.InterNetwork)
                    .Select(address => address.ToString())
                    .Where(PublicRanges.IsPublic4),
            ];
        }
        catch (SocketException)
        {
            // An alias of ssh's configuration.
            return [];
        }
    }
}
