using GostBt.Model;
using GostBt.Net;

namespace GostBt.BitTorrent;

/// <summary>Announces to a tracker, over HTTP (BEP 3, 7, 23) or UDP (BEP 15), along a given path.</summary>
/// <param name="path">Direct, or through a proxy.</param>
public sealed class TrackerClient(INetworkPath path)
{
    /// <param name="tracker">An announce address: <c>http://…</c> or <c>udp://host:port</c>.</param>
    /// <param name="announce">What to tell.</param>
    /// <param name="deadline">How long the tracker may take.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="GostBtException">Unreachable, late, refused by the tracker, or an answer that is none.</exception>
    public async Task<TrackerAnswer> AnnounceAsync(Uri tracker, TrackerAnnounce announce, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(deadline);
        try
        {
            return tracker.Scheme switch
            {
                "http" => await new HttpTracker(path).AnnounceAsync(tracker, announce, late.Token).ConfigureAwait(false),
                "udp" => await new UdpTracker(path).AnnounceAsync(tracker, announce, late.Token).ConfigureAwait(false),
                _ => throw new GostBtException(
                    GostBtFailure.InvalidInput,
                    $"'{tracker.Scheme}' is not a tracker protocol GostBt announces over.",
                    "Give an http:// or udp:// announce address."),
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GostBtException(
                GostBtFailure.Timeout,
                $"The tracker {tracker.Host}:{tracker.Port} did not answer within {deadline.TotalSeconds:0.#} s.",
                "Check that the tracker is alive, or take another.",
                e);
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new GostBtException(
                GostBtFailure.VerificationFailed,
                $"What the tracker {tracker.Host}:{tracker.Port} answers is no announce reply: {e.Message}",
                "Check the announce address.",
                e);
        }
    }

    internal static GostBtException Refused(Uri tracker, string reason) => new(
        GostBtFailure.VerificationFailed,
        $"The tracker {tracker.Host}:{tracker.Port} refuses the announce: {reason}",
        "Use a torrent this tracker serves.");
}
