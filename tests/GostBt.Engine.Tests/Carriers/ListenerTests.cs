using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Engine.Carriers;
using GostBt.Engine.Tests.Support;
using GostBt.Model;

namespace GostBt.Engine.Tests.Carriers;

/// <summary>What a stranger gets from a listening port.</summary>
public sealed class ListenerTests
{
    private const string Upgrade = "Host: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    [Theory]
    [InlineData("GET /ws HTTP/1.1\r\n" + Upgrade + "\r\n", "HTTP/1.1 101 ")]
    [InlineData("GET /ws?x=1 HTTP/1.1\r\n" + Upgrade + "\r\n", "HTTP/1.1 101 ")]
    [InlineData("GET / HTTP/1.1\r\n" + Upgrade + "\r\n", "HTTP/1.1 404 ")]
    [InlineData("GET /ws/ HTTP/1.1\r\n" + Upgrade + "\r\n", "HTTP/1.1 404 ")]
    [InlineData("GET /wsx HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("POST /ws HTTP/1.1\r\n" + Upgrade + "\r\n", "HTTP/1.1 400 ")]
    [InlineData("GET /ws HTTP/1.0\r\n" + Upgrade + "\r\n", "HTTP/1.1 400 ")]
    [InlineData("GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("GET /ws HTTP/1.1\r\nno colon here\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("GET /ws HTTP/1.1\r\nX: \u0000\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("\r\n\r\n", "HTTP/1.1 400 ")]
    public async Task A_wrong_http_request_has_a_status(string request, string status)
    {
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("ws", null));

        Assert.StartsWith(status, await AnswerAsync(far.EndPoint("relay"), Encoding.Latin1.GetBytes(request)), StringComparison.Ordinal);
        Assert.True(far.IsServing);
    }

    [Fact]
    public async Task The_key_of_the_RFC_has_the_answer_of_the_RFC()
    {
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("ws", null));

        var answer = await AnswerAsync(far.EndPoint("relay"), Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\n" + Upgrade + "\r\n"));

        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_without_end_is_cut_off()
    {
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("ws", null));

        var answer = await AnswerAsync(far.EndPoint("relay"), Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\nX: " + new string('x', HttpHead.MaximumLength + 1000)));

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task A_silent_or_slow_client_is_dropped(string carrier)
    {
        using var certificate = new TestCertificate();
        var yaml = Configurations.RelayServer(carrier, certificate).Replace("bind: true", "bind: true, readTimeout: 400ms", StringComparison.Ordinal);
        await using var far = await TestEngine.StartAsync(yaml);
        using var silent = new TcpClient();
        using var slow = new TcpClient();
        await silent.ConnectAsync(far.EndPoint("relay"));
        await slow.ConnectAsync(far.EndPoint("relay"));

        var dripping = DripAsync(slow.GetStream());
        var end = await ReadToEndAsync(silent.GetStream()).WaitAsync(TimeSpan.FromSeconds(10));
        await dripping.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(end);
        Assert.True(far.IsServing);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2000)]
    public async Task A_crowd_of_silent_clients_does_not_keep_out_one_that_speaks(int sources)
    {
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        var crowd = new List<TcpClient>();
        try
        {
            await GatherAsync(1100);
            using var owner = new TcpClient();
            await owner.ConnectAsync(far.EndPoint("relay"));
            await GatherAsync(100);

            // Its handshake takes a while, and the crowd goes on coming.
            var answer = new byte[4];
            await owner.GetStream().WriteAsync(RelayTestClient.Connect("127.0.0.1", echo.Port));
            await owner.GetStream().ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal([1, 0, 0, 0], answer);
            Assert.Empty(await ReadToEndAsync(crowd[0].GetStream()).WaitAsync(TimeSpan.FromSeconds(5)));
        }
        finally
        {
            crowd.ForEach(client => client.Dispose());
        }

        async Task GatherAsync(int count)
        {
            for (; count > 0; count--)
            {
                var source = crowd.Count % sources;
                var client = new TcpClient(new IPEndPoint(new IPAddress([127, 5, (byte)(source >> 8), (byte)source]), 0));
                crowd.Add(client);
                await client.ConnectAsync(far.EndPoint("relay"));
            }
        }
    }

    [Fact]
    public async Task A_taken_port_is_an_error_that_names_the_service()
    {
        using var taken = new TcpEcho();

        var error = await Assert.ThrowsAsync<GostBtException>(() => TestEngine.StartAsync(Configurations.SocksDirect($"127.0.0.1:{taken.Port}")));

        Assert.Equal(GostBtFailure.Conflict, error.Failure);
        Assert.Contains("'socks'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_an_error_that_names_the_service()
    {
        using var certificate = new TestCertificate();
        using var other = new TestCertificate();
        var yaml = Configurations.RelayServer("tls", certificate).Replace(certificate.KeyFile, other.KeyFile, StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<GostBtException>(() => TestEngine.StartAsync(yaml));

        Assert.Contains("'relay'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_means_both_families()
    {
        using var echo = new TcpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(":0"));

        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var client = await SocksTestClient.ConnectAsync(new IPEndPoint(address, home.Port("socks")), "127.0.0.1", echo.Port);
            Assert.Equal(0, client.Reply);
        }
    }

    private static async Task DripAsync(NetworkStream stream)
    {
        try
        {
            while (true)
            {
                await stream.WriteAsync(new byte[] { 1 });
                await Task.Delay(100);
            }
        }
        catch (IOException)
        {
            // Dropped, as it should be.
        }
    }

    private static async Task<byte[]> ReadToEndAsync(NetworkStream stream)
    {
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all);
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return all.ToArray();
    }

    private static async Task<string> AnswerAsync(IPEndPoint server, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server);
        await client.GetStream().WriteAsync(request);
        var answer = new byte[1024];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var length = await client.GetStream().ReadAsync(answer, deadline.Token);
        return Encoding.ASCII.GetString(answer, 0, length);
    }
}
