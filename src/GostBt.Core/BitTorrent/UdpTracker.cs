using System.Net.Sockets;
using System.Security.Cryptography;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.BitTorrent;

/// <summary>The connect and announce of BEP 15. Each question is asked again after a second, for UDP loses some.</summary>
internal sealed class UdpTracker(INetworkPath path)
{
    private const long ProtocolId = 0x41727101980;
    private const int ConnectAction = 0;
    private const int AnnounceAction = 1;
    private const int ErrorAction = 3;

    public async Task<TrackerAnswer> AnnounceAsync(Uri tracker, TrackerAnnounce announce, CancellationToken cancellationToken)
    {
        using var channel = await path.OpenDatagramsAsync(cancellationToken).ConfigureAwait(false);
        var (connected, _) = await AskAsync(channel, tracker, t => ConnectRequest(t), ConnectAction, 16, cancellationToken).ConfigureAwait(false);
        var connection = connected.Skip(8).Take(8).ToArray();
        var (answer, family) = await AskAsync(channel, tracker, t => AnnounceRequest(connection, t, announce), AnnounceAction, 20, cancellationToken)
            .ConfigureAwait(false);
        return ReadAnnounce(answer, family);
    }

    internal static byte[] ConnectRequest(byte[] transaction) => [.. Big(ProtocolId), .. Big(ConnectAction), .. transaction];

    internal static byte[] AnnounceRequest(byte[] connection, byte[] transaction, TrackerAnnounce announce) =>
    [
        .. connection, .. Big(AnnounceAction), .. transaction, .. announce.InfoHash, .. announce.PeerId,
        .. Big(0L), .. Big(announce.Left), .. Big(0L), .. Big((int)announce.Event),
        .. Big(0), // our address: as the tracker sees it
        .. Random(4), // a key that tells us from others behind one address
        .. Big(announce.PeersWanted), (byte)(announce.Port >> 8), (byte)announce.Port,
    ];

    internal static TrackerAnswer ReadAnnounce(byte[] answer, AddressFamily family) => new(
        TimeSpan.FromSeconds(Int(answer, 8)),
        Int(answer, 16),
        Int(answer, 12),
        CompactEndPoints.Decode(answer.Skip(20).ToArray(), CompactEndPoints.LengthFor(family)));

    private static async Task<(byte[] Answer, AddressFamily Family)> AskAsync(
        IDatagramChannel channel,
        Uri tracker,
        Func<byte[], byte[]> request,
        int action,
        int minimum,
        CancellationToken cancellationToken)
    {
        var transaction = Random(4);
        var question = request(transaction);
        await channel.SendAsync(question, tracker.DnsSafeHost, tracker.Port, cancellationToken).ConfigureAwait(false);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = RepeatAsync(channel, tracker, question, done.Token);
        try
        {
            while (true)
            {
                var datagram = await channel.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                var answer = datagram.Payload;
                if (answer.Length < 8 || !answer.Skip(4).Take(4).SequenceEqual(transaction))
                {
                    continue;
                }

                if (Int(answer, 0) == ErrorAction)
                {
                    throw TrackerClient.Refused(tracker, BencodeValue.Latin1.GetString(answer, 8, answer.Length - 8).TrimEnd('\0'));
                }

                if (Int(answer, 0) == action && answer.Length >= minimum)
                {
                    return (answer, datagram.Source.AddressFamily);
                }
            }
        }
        finally
        {
            done.Cancel();
            await sending.ConfigureAwait(false);
        }
    }

    private static async Task RepeatAsync(IDatagramChannel channel, Uri tracker, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
                await channel.SendAsync(request, tracker.DnsSafeHost, tracker.Port, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or GostBtException)
        {
            // The receiver has the answer, or its deadline tells what is wrong; a name that does not resolve now did the first time.
        }
    }

    private static int Int(byte[] data, int offset) => (data[offset] << 24) | (data[offset + 1] << 16) | (data[offset + 2] << 8) | data[offset + 3];

    private static byte[] Big(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Big(long value) => [.. Big((int)(value >> 32)), .. Big((int)value)];

    private static byte[] Random(int count)
    {
        var bytes = new byte[count];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(bytes);
        return bytes;
    }
}
