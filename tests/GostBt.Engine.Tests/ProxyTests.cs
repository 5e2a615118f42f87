using System.Security.Cryptography;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>SOCKS5 at home through a relay far away, both ours, over each carrier.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly TestCertificate _certificate = new();

    public static TheoryData<string, bool> Carriers => new()
    {
        { "tcp", true }, { "tls", true }, { "ws", true }, { "wss", true },
        { "tcp", false }, { "tls", false }, { "ws", false }, { "wss", false },
    };

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [MemberData(nameof(Carriers))]
    public async Task A_tcp_connection_carries_bytes_both_ways(string carrier, bool wait)
    {
        using var echo = new TcpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate, wait: wait));

        using var client = await SocksTestClient.ConnectAsync(home.EndPoint("socks"), "127.0.0.1", echo.Port);
        var data = RandomNumberGenerator.GetBytes(1_000_000);

        Assert.Equal(0, client.Reply);
        Assert.Equal(data, await client.EchoAsync(data));
    }

    [Theory]
    [MemberData(nameof(Carriers))]
    public async Task Datagrams_go_out_and_come_back_with_their_sender(string carrier, bool wait)
    {
        using var echo = new UdpEcho();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate));
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate, wait: wait));

        using var client = await SocksTestClient.AssociateAsync(home.EndPoint("socks"));
        Assert.Equal(0, client.Reply);
        foreach (var size in new[] { 1, 100, 1400, 9000, 60_000 })
        {
            var data = RandomNumberGenerator.GetBytes(size);
            await client.SendAsync("127.0.0.1", echo.Port, data);
            var answer = await client.ReceiveAsync();

            Assert.NotNull(answer);
            Assert.Equal(echo.EndPoint, answer.Value.Source);
            Assert.Equal(data, answer.Value.Data);
        }
    }
}
