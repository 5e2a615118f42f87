using System.Security.Cryptography.X509Certificates;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Server;

/// <summary>
/// Renews the certificate of a deployed server, with its key or with a new one, while the tunnel runs. The server's engine takes the new one up without
/// a restart, so that connections live on. A new key is made known here before the server uses it: for that time this PC trusts both, and an
/// interruption at any point leaves a pair that fits; running it again completes it.
/// </summary>
public sealed class CertificateRotation
{
    // The engine looks at its files once a second.
    private static readonly TimeSpan TakeUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ISshConnector _ssh;
    private readonly ProfileStore _profiles;
    private readonly IOperationLog _log;
    private readonly TunnelEndpointProbe _endpoint;

    /// <param name="ssh">Opens sessions.</param>
    /// <param name="profiles">Where the profile's secrets are kept; a running tunnel takes them up from there.</param>
    /// <param name="log">Told how it gets on.</param>
    /// <param name="endpoint">Tries the tunnel's port from here; null uses ordinary sockets.</param>
    public CertificateRotation(ISshConnector ssh, ProfileStore profiles, IOperationLog log, TunnelEndpointProbe? endpoint = null)
    {
        _ssh = ssh;
        _profiles = profiles;
        _log = log;
        _endpoint = endpoint ?? new TunnelEndpointProbe();
    }

    /// <summary>Renews the certificate and waits until the server shows it.</summary>
    /// <param name="name">A deployed profile.</param>
    /// <param name="ssh">How its server is reached.</param>
    /// <param name="newKey">With a new key; else with the one it has.</param>
    /// <param name="cancellationToken">Ends it; what was begun is completed by running it again.</param>
    /// <exception cref="GostBtException">
    /// Not deployed (<see cref="GostBtFailure.InvalidProfile"/>), another command is changing the profile (<see cref="GostBtFailure.Busy"/>), a step failed
    /// on the server (<see cref="GostBtFailure.RemoteCommandFailed"/>), or the server does not show the new certificate
    /// (<see cref="GostBtFailure.VerificationFailed"/>).
    /// </exception>
    public async Task<RenewedCertificate> RunAsync(ProfileName name, SshOptions ssh, bool newKey, CancellationToken cancellationToken)
    {
        using var turn = await ProfileTurn.TakeAsync(_profiles, name, cancellationToken).ConfigureAwait(false);
        var profile = _profiles.Load(name);
        if (_profiles.LoadSecrets(name) is not { } secrets || profile.Server.PublicAddress is not { } address)
        {
            throw new GostBtException(GostBtFailure.InvalidProfile, $"The server of '{name}' is not deployed yet.", "Run New-GostBtServer first.");
        }

        var activity = "Renewing the certificate of " + ssh.Target;
        _log.Progress(activity, newKey ? "Making a new key on the server" : "Renewing it on the server");
        using var session = await _ssh.ConnectAsync(ssh, cancellationToken).ConfigureAwait(false);
        if (newKey)
        {
            var next = await RunAsync(session, ssh, profile, "prepare", cancellationToken).ConfigureAwait(false);
            _profiles.Save(profile, secrets with { CertificatePem = secrets.CertificatePem + next });
        }

        var pem = await RunAsync(session, ssh, profile, newKey ? "switch" : "renew", cancellationToken).ConfigureAwait(false);
        _log.Progress(activity, "Waiting for the server to show it");
        await RequireShownAsync(address, profile.Tunnel.Port, pem, cancellationToken).ConfigureAwait(false);
        _profiles.Save(profile, secrets with { CertificatePem = pem });
        return Describe(pem, newKey);
    }

    private static async Task<string> RunAsync(ISshSession session, SshOptions ssh, Profile profile, string action, CancellationToken cancellationToken)
    {
        var result = await session.RunScriptAsync(ServerScripts.Certificate(profile.Name, action), ServerScripts.Quick, cancellationToken).ConfigureAwait(false);
        var answer = new ServerAnswer(result, ssh.Target);
        answer.RequireSuccess(GostBtFailure.RemoteCommandFailed, "The certificate was not renewed:", "The server goes on with the one it has.");
        return string.Concat(answer.Values("certificate").Select(line => line + "\n"));
    }

    private static RenewedCertificate Describe(string pem, bool newKey)
    {
        var der = Pem.Decode(pem);
        using var certificate = new X509Certificate2(der);
        return new RenewedCertificate(Pem.Fingerprint(pem), PublicKeyPin.Of(der), new DateTimeOffset(certificate.NotAfter), newKey);
    }

    private async Task RequireShownAsync(string address, int port, string pem, CancellationToken cancellationToken)
    {
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); ;)
        {
            try
            {
                await _endpoint.RequireExactlyAsync(address, port, pem, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (GostBtException) when (watch.Elapsed < TakeUp)
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
