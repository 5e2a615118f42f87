using System.Globalization;
using System.Net;
using System.Text;
using GostBt.Net;

namespace GostBt.BitTorrent;

/// <summary>The announce of BEP 3 with compact peers (BEP 23, BEP 7).</summary>
internal sealed class HttpTracker(INetworkPath path)
{
    private const int MaximumAnswer = 1 << 20;

    public async Task<TrackerAnswer> AnnounceAsync(Uri tracker, TrackerAnnounce announce, CancellationToken cancellationToken)
    {
        using var stream = await path.ConnectAsync(tracker.DnsSafeHost, tracker.Port, cancellationToken).ConfigureAwait(false);
        var answer = await Cancellable.RunAsync(stream, () => ExchangeAsync(stream, Request(tracker, announce), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var (status, body) = HttpAnswer.Parse(answer);
        if (status != 200)
        {
            throw new FormatException($"HTTP status {status.ToString(CultureInfo.InvariantCulture)}.");
        }

        return Read(tracker, BencodeReader.Decode(body));
    }

    internal static string Request(Uri tracker, TrackerAnnounce announce)
    {
        var query = new StringBuilder(tracker.Query.Length > 1 ? tracker.Query + "&" : "?")
            .Append("info_hash=").Append(Escape(announce.InfoHash))
            .Append("&peer_id=").Append(Escape(announce.PeerId))
            .Append("&port=").Append(announce.Port)
            .Append("&uploaded=0&downloaded=0&left=").Append(announce.Left)
            .Append("&compact=1&numwant=").Append(announce.PeersWanted);
        if (announce.Event != AnnounceEvent.None)
        {
            query.Append("&event=").Append(announce.Event.ToString().ToLowerInvariant());
        }

        // HTTP/1.0 keeps chunked encoding away.
        return $"GET {tracker.AbsolutePath}{query} HTTP/1.0\r\nHost: {tracker.Authority}\r\nUser-Agent: GostBt\r\nConnection: close\r\n\r\n";
    }

    internal static TrackerAnswer Read(Uri tracker, BencodeValue answer)
    {
        if (answer["failure reason"]?.AsText is { } reason)
        {
            throw TrackerClient.Refused(tracker, reason);
        }

        var interval = answer["interval"]?.AsInteger ?? throw new FormatException("It has no interval.");
        return new TrackerAnswer(
            TimeSpan.FromSeconds(interval),
            (int?)answer["complete"]?.AsInteger,
            (int?)answer["incomplete"]?.AsInteger,
            [.. Peers(answer["peers"], CompactEndPoints.IPv4Length), .. Peers(answer["peers6"], CompactEndPoints.IPv6Length)]);
    }

    private static IEnumerable<IPEndPoint> Peers(BencodeValue? peers, int length)
    {
        if (peers?.AsBytes is { } compact)
        {
            return CompactEndPoints.Decode(compact, length);
        }

        return (peers?.AsList ?? []).Select(p => new IPEndPoint(
            IPAddress.TryParse(p["ip"]?.AsText ?? string.Empty, out var address) ? address : throw new FormatException("A peer has no address."),
            p["port"]?.AsInteger is >= 0 and <= 65535 and var port ? (int)port : throw new FormatException("A peer has no port.")));
    }

    private static string Escape(byte[] value) =>
        string.Concat(value.Select(b => "%" + b.ToString("X2", CultureInfo.InvariantCulture)));

    private static async Task<byte[]> ExchangeAsync(Stream stream, string request, CancellationToken cancellationToken)
    {
        var bytes = Encoding.ASCII.GetBytes(request);
        await stream.WriteAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
        using var answer = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false)) > 0)
        {
            answer.Write(buffer, 0, read);
            if (answer.Length > MaximumAnswer)
            {
                throw new FormatException("It is longer than 1 MiB.");
            }

            if (HttpAnswer.IsComplete(answer.GetBuffer(), (int)answer.Length))
            {
                break;
            }
        }

        return answer.ToArray();
    }
}
