using System.Net;
using System.Security.Cryptography;
using GostBt.Engine.Tests.Support;

namespace GostBt.Engine.Tests;

/// <summary>One end ours, the other a real gost, reading the same configuration; each way round, over each carrier.</summary>
public sealed class GostInteropTests : IDisposable
{
    private readonly TestCertificate _certificate = new();

    public static TheoryData<string, bool> Carriers => new()
    {
        { "tcp", true }, { "tls", true }, { "ws", true }, { "wss", true },
        { "tcp", false }, { "wss", false },
    };

    public void Dispose() => _certificate.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Carriers))]
    public async Task Our_home_through_gosts_relay(string carrier, bool nodelay)
    {
        Skip.IfNot(GostProcess.IsInstalled, GostProcess.Missing);
        var port = GostProcess.FreePort();
        using var far = await GostProcess.StartAsync(Configurations.RelayServer(carrier, _certificate, $"127.0.0.1:{port}", nodelay: nodelay), port);
        await using var home = await TestEngine.StartAsync(Configurations.SocksClient(carrier, port, _certificate, wait: nodelay));

        await CarriesTcpAndUdpAsync(home.EndPoint("socks"));
    }

    [SkippableTheory]
    [MemberData(nameof(Carriers))]
    public async Task Gosts_home_through_our_relay(string carrier, bool nodelay)
    {
        Skip.IfNot(GostProcess.IsInstalled, GostProcess.Missing);
        var port = GostProcess.FreePort();
        await using var far = await TestEngine.StartAsync(Configurations.RelayServer(carrier, _certificate, nodelay: nodelay));
        using var home = await GostProcess.StartAsync(Configurations.SocksClient(carrier, far.Port("relay"), _certificate, wait: nodelay, addr: $"127.0.0.1:{port}"), port);

        await CarriesTcpAndUdpAsync(new IPEndPoint(IPAddress.Loopback, port));
    }

    private static async Task CarriesTcpAndUdpAsync(IPEndPoint proxy)
    {
        using var tcp = new TcpEcho();
        using var connection = await SocksTestClient.ConnectAsync(proxy, "127.0.0.1", tcp.Port);
        var data = RandomNumberGenerator.GetBytes(500_000);
        Assert.Equal(0, connection.Reply);
        Assert.Equal(data, await connection.EchoAsync(data));

        using var udp = new UdpEcho();
        using var association = await SocksTestClient.AssociateAsync(proxy);
        Assert.Equal(0, association.Reply);
        foreach (var size in new[] { 1, 100, 1400 })
        {
            var datagram = RandomNumberGenerator.GetBytes(size);
            await association.SendAsync("127.0.0.1", udp.Port, datagram);
            var answer = await association.ReceiveAsync();

            Assert.NotNull(answer);
            Assert.Equal(udp.EndPoint, answer.Value.Source);
            Assert.Equal(datagram, answer.Value.Data);
        }
    }
}
