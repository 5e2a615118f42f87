using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>Who gets in, and whom the client lets itself be led to.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly TestCertificate _certificate = new();
    private readonly TestCertificate _other = new();

    public static TheoryData<string?, string?> Strangers => new()
    {
        { null, null },
        { "", "" },
        { Configurations.User, "" },
        { Configurations.User, "wrong" },
        { Configurations.User, Configurations.Password + " " },
        { Configurations.User + Configurations.Password[..1], Configurations.Password[1..] },
        { "someone", Configurations.Password },
        { new string('x', 255), new string('y', 255) },
    };

    public void Dispose()
    {
        _certificate.Dispose();
        _other.Dispose();
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task The_relay_answers_a_stranger_with_the_same_four_bytes_always(string? user, string? password)
    {
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));

        Assert.Equal([1, 2, 0, 0], await RelayTestClient.AnswerAsync(far.EndPoint("relay"), RelayTestClient.Connect("127.0.0.1", echo.Port, user, password)));
        Assert.Equal([1, 2, 0, 0], await RelayTestClient.AnswerAsync(far.EndPoint("relay"), RelayTestClient.ConnectUdp("127.0.0.1", echo.Port, user, password)));
        Assert.Equal(0, echo.Accepted);
        Assert.Equal([1, 0, 0, 0], await RelayTestClient.AnswerAsync(far.EndPoint("relay"), RelayTestClient.Connect("127.0.0.1", echo.Port)));
    }

    [Fact]
    public async Task Neither_log_shows_a_password_or_at_info_a_peer()
    {
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("wss", _certificate), level: Logging.EngineLogLevel.Debug);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient("wss", far.Port("relay"), _certificate, password: "not the secret"), level: Logging.EngineLogLevel.Info);

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);

        Assert.Equal(1, client.Reply);
        Assert.Contains("wrong user or password", home.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("not the secret", home.Log + far.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Configurations.Password, home.Log + far.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(echo.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), home.Log, StringComparison.Ordinal);
    }

    // gost's own way, without nodelay: the answer comes with the first bytes, long after the client was told that all is well.
    [Fact]
    public async Task A_refusal_that_comes_late_is_reported_once_and_so_is_its_end()
    {
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null));
        await using var home = await TestEngine.StartAsync(
            Configurations.SocksClient("tcp", far.Port("relay"), null, password: "not the secret", wait: false), level: Logging.EngineLogLevel.Info);

        for (var i = 0; i < 3; i++)
        {
            using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);
            Assert.Equal(0, client.Reply);
            await Assert.ThrowsAnyAsync<IOException>(() => client.EchoAsync([7]));
        }

        Assert.Equal(2, home.Log.Split("wrong user or password").Length);
        Assert.DoesNotContain("works again", home.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_is_refused_late_is_nothing_against_the_chain()
    {
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tcp", null, reach: "whitelist: true, matchers: [203.0.113.1]"));
        await using var home = await TestEngine.StartAsync(
            Configurations.SocksClient("tcp", far.Port("relay"), null, wait: false), level: Logging.EngineLogLevel.Info);

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", 9);
        await Assert.ThrowsAnyAsync<IOException>(() => client.EchoAsync([7]));

        Assert.DoesNotContain("does not work", home.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls")]
    [InlineData("wss")]
    public async Task A_far_end_with_another_certificate_is_refused(string carrier)
    {
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _other));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);

        Assert.Equal(1, client.Reply);
        Assert.Equal(0, echo.Accepted);
        Assert.Contains("cannot be trusted", home.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secure: true, caFile: {ca}, serverName: another", false)]
    [InlineData("secure: true, caFile: {ca}, serverName: gostbt", true)]
    [InlineData("secure: true, caFile: {ca}", true)] // the certificate has 127.0.0.1 too
    [InlineData("secure: false, caFile: {ca}, serverName: another", true)] // as gost: the chain, not the name
    [InlineData("secure: false, caFile: {other}", false)]
    [InlineData("secure: true", false)] // no authority of this system
    [InlineData("secure: false", true)] // as gost: no verification at all
    public async Task Trust_is_what_the_dialer_says(string tls, bool trusted)
    {
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer("tls", _certificate));
        var yaml = Configurations.SocksClient("tls", far.Port("relay"), _certificate).Replace(
            $"secure: true, caFile: {_certificate.CertFile}, serverName: gostbt",
            tls.Replace("{ca}", _certificate.CertFile, StringComparison.Ordinal).Replace("{other}", _other.CertFile, StringComparison.Ordinal),
            StringComparison.Ordinal);
        await using var home = await TestEngine.StartAsync(yaml);

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);

        Assert.Equal(trusted ? 0 : 1, client.Reply);
    }

    [Theory]
    [InlineData("me", "right", 0)]
    [InlineData("me", "wrong", 0xff)]
    [InlineData("you", "right", 0xff)]
    [InlineData(null, null, 0xff)]
    public async Task Socks5_asks_for_user_and_password_where_it_has_one(string? user, string? password, int reply)
    {
        using var echo = new TcpEcho();
        await using var home = await TestEngine.StartAsync(Configurations.SocksDirect(handler: "auth: {username: me, password: right},"));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port, user, password);

        Assert.Equal(reply, client.Reply);
        if (reply != 0)
            Assert.Equal(0, echo.Accepted);
        else
            Assert.True(SpinWait.SpinUntil(() => echo.Accepted == 1, TimeSpan.FromSeconds(20))); // the kernel connects before anybody accepts
    }
}
