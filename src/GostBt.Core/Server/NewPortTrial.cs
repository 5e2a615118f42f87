using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>
/// Tries a tunnel's new port before an update interrupts the tunnel: a provider's firewall that does not let it through is by far the most frequent reason to refuse an update. For
/// a moment the server leads connections to the new port to the old one.
/// </summary>
internal sealed class NewPortTrial(TunnelEndpointProbe endpoint, IOperationLog log)
{
    // A SYN that is lost is sent again after 1 s and after 3 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Comes back when the new port answers, or when that cannot be told beforehand.</summary>
    /// <param name="before">The profile as the server has it.</param>
    /// <param name="plan">The update.</param>
    /// <param name="session">A session to the server.</param>
    /// <param name="cancellationToken">Ends it; what the server did for it goes by itself.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.VerificationFailed"/>: it does not answer from here. Nothing was changed or interrupted.</exception>
    public async Task RequireAsync(Profile before, ServerPlan plan, ISshSession session, CancellationToken cancellationToken)
    {
        var (old, port) = (before.Tunnel.Port, plan.Profile.Tunnel.Port);
        var address = plan.Profile.Server.PublicAddress!;
        var certificate = plan.Secrets.CertificatePem;
        if (old == port || certificate.Length == 0 || before.Server.PublicAddress != address || !await AnswersAsync(address, old, certificate, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (!await RunAsync(session, ServerScripts.TryPort(old, port, "begin"), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await endpoint.RequireAsync(address, port, certificate, cancellationToken, Patience).ConfigureAwait(false);
            log.Verbose(FormattableString.Invariant($"TCP port {port} of {address} can be reached from here."));
        }
        catch (GostBtException e)
        {
            throw new GostBtException(
                e.Failure,
                FormattableString.Invariant($"From here TCP port {port} of {address} does not answer, although port {old} does. Nothing was changed, and the tunnel was not interrupted."),
                e.Remedy,
                e);
        }
        finally
        {
            // Not left to its timer: it would lead the new port astray once the tunnel is there.
            if (!cancellationToken.IsCancellationRequested)
            {
                await RunAsync(session, ServerScripts.TryPort(old, port, "end"), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // A trial that cannot be made says nothing about the port.
    private async Task<bool> RunAsync(ISshSession session, string script, CancellationToken cancellationToken)
    {
        try
        {
            return (await session.RunScriptAsync(script, ServerScripts.Quick, cancellationToken).ConfigureAwait(false)).Output.Split('\n').Contains("ready");
        }
        catch (GostBtException e)
        {
            log.Verbose(e.Message);
            return false;
        }
    }

    private async Task<bool> AnswersAsync(string address, int port, string certificate, CancellationToken cancellationToken)
    {
        try
        {
            await endpoint.RequireAsync(address, port, certificate, cancellationToken, Patience).ConfigureAwait(false);
            return true;
        }
        catch (GostBtException)
        {
            return false;
        }
    }
}
