using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.BitTorrent;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Core.Tests.BitTorrent;

public sealed class TrackerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TrackerAnnounce Announce = new([.. Enumerable.Range(0x10, 20).Select(i => (byte)i)], "-GB0100-abcdefghijkl"u8.ToArray(), 6666);

    [Fact]
    public void The_http_request_escapes_every_byte_and_keeps_the_passkey()
    {
        var request = HttpTracker.Request(new Uri("http://tracker.example.net:6969/announce?passkey=k"), Announce);

        Assert.StartsWith(
            "GET /announce?passkey=k&info_hash=%10%11%12%13%14%15%16%17%18%19%1A%1B%1C%1D%1E%1F%20%21%22%23&peer_id=%2D%47%42",
            request,
            StringComparison.Ordinal);
        Assert.Contains("&port=6666&uploaded=0&downloaded=0&left=0&compact=1&numwant=50&event=started HTTP/1.0\r\nHost: tracker.example.net:6969\r\n", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d8:completei1e10:incompletei2e8:intervali1800e5:peers6:\u0001\u0002\u0003\u0004\u001A\u000Ae", "1.2.3.4:6666")]
    [InlineData("d8:completei1e10:incompletei2e8:intervali1800e5:peersld2:ip7:1.2.3.44:porti6666eeee", "1.2.3.4:6666")]
    [InlineData("d8:completei1e10:incompletei2e8:intervali1800e5:peers0:6:peers618:\u0020\u0001\u000D\u00B8\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001\u001A\u000Ae", "[2001:db8::1]:6666")]
    public async Task Peers_come_compact_as_a_list_or_in_IPv6(string body, string peer)
    {
        var answer = await AskHttpAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{body}");

        Assert.Equal([peer], answer.Peers.Select(p => p.ToString()));
        Assert.Equal((1, 2, TimeSpan.FromMinutes(30)), (answer.Seeders, answer.Leechers, answer.Interval));
    }

    [Fact]
    public async Task A_refusal_says_what_the_tracker_says()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => AskHttpAsync("HTTP/1.0 200 OK\r\n\r\nd14:failure reason14:not authorizede"));

        Assert.Contains("not authorized", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.0 404 Not Found\r\n\r\n", "404")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nd8:", "early")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n<html>", "bencoding")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nd8:intervali1800e5:peers5:abcdee", "endpoints")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "Not HTTP")]
    public async Task An_answer_that_is_none_is_an_error_that_says_so(string answer, string message)
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => AskHttpAsync(answer));

        Assert.Equal(GostBtFailure.VerificationFailed, error.Failure);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_udp_requests_are_laid_out_as_BEP_15_says()
    {
        byte[] transaction = [1, 2, 3, 4];
        byte[] connection = [9, 8, 7, 6, 5, 4, 3, 2];

        var announce = UdpTracker.AnnounceRequest(connection, transaction, Announce with { Left = 258, PeersWanted = 30 });

        Assert.Equal("00000417271019800000000001020304", Convert.ToHexStringLower(UdpTracker.ConnectRequest(transaction)));
        Assert.Equal(98, announce.Length);
        Assert.Equal("090807060504030200000001" + "01020304", Convert.ToHexStringLower(announce[..16]));
        Assert.Equal(Announce.InfoHash, announce[16..36]);
        Assert.Equal(Announce.PeerId, announce[36..56]);
        Assert.Equal("0000000000000000" + "0000000000000102" + "0000000000000000" + "00000002" + "00000000", Convert.ToHexStringLower(announce[56..88]));
        Assert.Equal("0000001e" + "1a0a", Convert.ToHexStringLower(announce[92..]));
    }

    [Fact]
    public async Task A_udp_tracker_that_loses_the_first_datagram_is_asked_again()
    {
        using var tracker = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var serving = ServeUdpAsync(tracker, ignore: 1);

        var answer = await new TrackerClient(new DirectPath(IPAddress.Loopback)).AnnounceAsync(UdpUri(tracker), Announce, Deadline, CancellationToken.None);
        await serving;

        Assert.Equal(["1.2.3.4:6666"], answer.Peers.Select(p => p.ToString()));
        Assert.Equal((7, 5, TimeSpan.FromSeconds(1800)), (answer.Seeders, answer.Leechers, answer.Interval));
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_when_it_is_asked_again_does_not_cost_the_answer()
    {
        using var path = new ForgetfulPath();

        var tracker = new Uri("udp://tracker.example.net:6969/announce");

        var answer = await new TrackerClient(path).AnnounceAsync(tracker, Announce, Deadline, CancellationToken.None);

        Assert.Equal(["1.2.3.4:6666"], answer.Peers.Select(p => p.ToString()));
    }

    [Fact]
    public async Task A_udp_tracker_that_is_silent_is_given_up_at_the_deadline()
    {
        using var tracker = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        var error = await Assert.ThrowsAsync<GostBtException>(() => new TrackerClient(new DirectPath(IPAddress.Loopback))
            .AnnounceAsync(UdpUri(tracker), Announce, TimeSpan.FromMilliseconds(300), CancellationToken.None));

        Assert.Equal(GostBtFailure.Timeout, error.Failure);
    }

    [Fact]
    public async Task Another_scheme_is_refused()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() =>
            new TrackerClient(new DirectPath()).AnnounceAsync(new Uri("ftp://127.0.0.1/x"), Announce, Deadline, CancellationToken.None));

        Assert.Equal(GostBtFailure.InvalidInput, error.Failure);
    }

    private static Uri UdpUri(UdpClient tracker) => new($"udp://127.0.0.1:{((IPEndPoint)tracker.Client.LocalEndPoint!).Port}/announce");

    private static async Task ServeUdpAsync(UdpClient tracker, int ignore)
    {
        for (var i = 0; i < ignore; i++)
        {
            await tracker.ReceiveAsync();
        }

        var connect = await tracker.ReceiveAsync();
        await tracker.SendAsync((byte[])[0, 0, 0, 0, .. connect.Buffer[12..16], 1, 2, 3, 4, 5, 6, 7, 8], connect.RemoteEndPoint);
        var announce = await tracker.ReceiveAsync();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], announce.Buffer[..8]);
        byte[] answer = [0, 0, 0, 1, .. announce.Buffer[12..16], 0, 0, 7, 8, 0, 0, 0, 5, 0, 0, 0, 7, 1, 2, 3, 4, 0x1A, 0x0A];
        await tracker.SendAsync(answer, announce.RemoteEndPoint);
    }

    private static async Task<TrackerAnswer> AskHttpAsync(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var uri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/announce");
        var asking = new TrackerClient(new DirectPath()).AnnounceAsync(uri, Announce, Deadline, CancellationToken.None);
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[200]);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
        client.Client.Shutdown(SocketShutdown.Send);
        return await asking;
    }

    // A tracker that answers each question once it was asked again, when the name does not resolve any more.
    private sealed class ForgetfulPath : INetworkPath, IDatagramChannel
    {
        private TaskCompletionSource<Datagram> _answer = new();
        private byte[]? _question;

        public Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IDatagramChannel> OpenDatagramsAsync(CancellationToken cancellationToken) => Task.FromResult<IDatagramChannel>(this);

        public Task SendAsync(byte[] payload, string host, int port, CancellationToken cancellationToken)
        {
            if (_question != payload)
            {
                _question = payload;
                return Task.CompletedTask;
            }

            byte[] answer = payload.Length == 16
                ? [0, 0, 0, 0, .. payload[12..16], 1, 2, 3, 4, 5, 6, 7, 8]
                : [0, 0, 0, 1, .. payload[12..16], 0, 0, 7, 8, 0, 0, 0, 5, 0, 0, 0, 7, 1, 2, 3, 4, 0x1A, 0x0A];
            _answer.SetResult(new Datagram(new IPEndPoint(IPAddress.Loopback, port), answer));
            throw new GostBtException(GostBtFailure.HostUnreachable, $"The name {host} does not resolve.", "Check the name.");
        }

        public async Task<Datagram> ReceiveAsync(CancellationToken cancellationToken)
        {
            var answer = await _answer.Task;
            _answer = new();
            return answer;
        }

        public void Dispose()
        {
        }
    }
}
