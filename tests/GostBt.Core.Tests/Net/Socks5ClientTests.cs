using System.Net;
using System.Net.Sockets;
using GostBt.Model;
using GostBt.Net;

namespace GostBt.Core.Tests.Net;

/// <summary>The client against a proxy that is played byte by byte, so that each byte of RFC 1928 is pinned.</summary>
public sealed class Socks5ClientTests : IDisposable
{
    private readonly TcpListener _proxy = new(IPAddress.Loopback, 0);

    public Socks5ClientTests() => _proxy.Start();

    private IPEndPoint EndPoint => (IPEndPoint)_proxy.LocalEndpoint;

    public void Dispose() => _proxy.Dispose();

    [Theory]
    [InlineData("192.0.2.1", "01c0000201")]
    [InlineData("2001:db8::1", "0420010db8000000000000000000000001")]
    [InlineData("tracker.lab.test", "0310747261636b65722e6c61622e74657374")]
    public async Task Connect_sends_addresses_as_such_and_names_for_the_proxy_to_resolve(string host, string encoded)
    {
        var connecting = new Socks5Client(EndPoint).ConnectAsync(host, 6969, CancellationToken.None);
        using var peer = await AcceptAsync("050100", "0500");
        await ExpectAsync(peer, "050100" + encoded + "1b39", "05000001" + "7f000001" + "0001");
        await peer.GetStream().WriteAsync("hello"u8.ToArray());

        using var stream = await connecting;
        var hello = new byte[5];
        await stream.ReadExactlyAsync(hello);

        Assert.Equal("hello"u8.ToArray(), hello);
    }

    [Fact]
    public async Task Credentials_are_sent_as_RFC_1929_says()
    {
        var connecting = new Socks5Client(EndPoint, "me", "pass").ConnectAsync("192.0.2.1", 80, CancellationToken.None);
        using var peer = await AcceptAsync("05020002", "0502");
        await ExpectAsync(peer, "01" + "026d65" + "0470617373", "0100");
        await ExpectAsync(peer, "05010001c00002010050", "05000001" + "00000000" + "0000");

        using var stream = await connecting;
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public async Task Refused_credentials_are_named_without_showing_them()
    {
        var connecting = new Socks5Client(EndPoint, "me", "s3cret").ConnectAsync("192.0.2.1", 80, CancellationToken.None);
        using var peer = await AcceptAsync("05020002", "0502");
        await ExpectAsync(peer, "01026d6506733363726574", "0101");

        var error = await Assert.ThrowsAsync<GostBtException>(() => connecting);
        Assert.Contains("password", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0502", "asks for a user")]
    [InlineData("05ff", "asks for a user")]
    [InlineData("4854", "does not speak SOCKS5")]
    public async Task A_proxy_that_wants_something_else_is_an_error(string method, string message)
    {
        var connecting = new Socks5Client(EndPoint).ConnectAsync("192.0.2.1", 80, CancellationToken.None);
        using var peer = await AcceptAsync("050100", method);

        var error = await Assert.ThrowsAsync<GostBtException>(() => connecting);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_destination_says_why()
    {
        var connecting = new Socks5Client(EndPoint).ConnectAsync("169.254.169.254", 80, CancellationToken.None);
        using var peer = await AcceptAsync("050100", "0500");
        await ExpectAsync(peer, "05010001a9fea9fe0050", "05020001000000000000");

        var error = await Assert.ThrowsAsync<GostBtException>(() => connecting);
        Assert.Contains("not allowed by its rules", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datagrams_go_to_the_relay_with_a_header_and_come_back_without()
    {
        using var relay = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var relayPort = ((IPEndPoint)relay.Client.LocalEndPoint!).Port;
        var opening = new Socks5Client(EndPoint).OpenDatagramsAsync(CancellationToken.None);
        using var peer = await AcceptAsync("050100", "0500");

        // The relay says 0.0.0.0: the proxy's own address is meant.
        await ExpectAsync(peer, "05030001" + "00000000" + "0000", "05000001" + "00000000" + relayPort.ToString("x4"));
        using var channel = await opening;

        await channel.SendAsync("ping"u8.ToArray(), "192.0.2.7", 6969, CancellationToken.None);
        var sent = await relay.ReceiveAsync();
        await relay.SendAsync(Convert.FromHexString("00000101c0000207" + "1b39" + "6672"), sent.RemoteEndPoint); // a fragment
        await relay.SendAsync(Convert.FromHexString("0000"), sent.RemoteEndPoint);
        await relay.SendAsync(Convert.FromHexString("00000001c0000207" + "1b39" + "706f6e67"), sent.RemoteEndPoint);
        var received = await channel.ReceiveAsync(CancellationToken.None);

        Assert.Equal("00000001c00002071b39" + "70696e67", Convert.ToHexStringLower(sent.Buffer));
        Assert.Equal("192.0.2.7:6969", received.Source.ToString());
        Assert.Equal("pong"u8.ToArray(), received.Payload);
    }

    [Fact]
    public async Task A_proxy_that_does_not_answer_is_left_when_cancelled()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Socks5Client(EndPoint).ConnectAsync("192.0.2.1", 80, cancel.Token));
    }

    private async Task<TcpClient> AcceptAsync(string greeting, string answer)
    {
        var peer = await _proxy.AcceptTcpClientAsync();
        await ExpectAsync(peer, greeting, answer);
        return peer;
    }

    private static async Task ExpectAsync(TcpClient peer, string expected, string answer)
    {
        var got = new byte[expected.Length / 2];
        await peer.GetStream().ReadExactlyAsync(got);
        Assert.Equal(expected, Convert.ToHexStringLower(got));
        await peer.GetStream().WriteAsync(Convert.FromHexString(answer));
    }
}
