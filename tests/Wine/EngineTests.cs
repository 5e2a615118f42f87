using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GostBt.Wine.Tests.Raising;

namespace GostBt.Wine.Tests;

/// <summary>The SOCKS5 front with split routing in gostbt.exe, against a relay that runs natively: TLS with a pinned certificate, authentication, TCP and UDP.</summary>
[Collection(WineCollection.Name)]
public sealed class EngineTests(WinePrefix wine) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    public void Dispose() => _limit.Dispose();

    [SkippableFact]
    public async Task What_the_split_route_sends_through_the_server_goes_there_and_the_rest_goes_direct()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        await using var front = await SocksFront.StartAsync(wine);

        // The relay lets nobody reach 127.0.0.2: whoever does, went around it.
        Assert.True(await front.ReachesAsync("127.0.0.1", _limit.Token));
        Assert.False(await front.ReachesAsync("127.0.0.2", _limit.Token));
        await front.GoDirectAsync("127.0.0.2");
        while (!await front.ReachesAsync("127.0.0.2", _limit.Token))
        {
            await Task.Delay(200, _limit.Token);
        }

        Assert.True(await front.ReachesAsync("127.0.0.1", _limit.Token));
    }

    [SkippableFact]
    public async Task Datagrams_go_through_the_server_and_back()
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        await using var front = await SocksFront.StartAsync(wine);
        using var echo = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)echo.Client.LocalEndPoint!).Port;
        using var datagrams = await front.Proxy.OpenDatagramsAsync(_limit.Token);

        await datagrams.SendAsync(new byte[] { 1, 2, 3 }, "127.0.0.1", port, _limit.Token);
        var received = await echo.ReceiveAsync(_limit.Token);
        await echo.SendAsync(new byte[] { 4, 5 }, received.RemoteEndPoint, _limit.Token);
        var answer = await datagrams.ReceiveAsync(_limit.Token);

        Assert.Equal([1, 2, 3], received.Buffer);
        Assert.Equal([4, 5], answer.Payload);
    }

    [SkippableTheory]
    [InlineData("wrong-password", true)]
    [InlineData(SocksFront.Password, false)]
    public async Task A_wrong_password_and_another_certificate_than_the_pinned_one_reach_nothing(string password, bool pinned)
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        await using var front = await SocksFront.StartAsync(wine, password, pinned);

        Assert.False(await front.ReachesAsync("127.0.0.1", _limit.Token));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_its_input_ends_it_in_good_order_where_its_agent_wants_that(bool asked)
    {
        Skip.If(WinePrefix.Obstacle is not null, WinePrefix.Obstacle);
        using var folder = new HomeFolder();
        var port = LoopbackPort.Free();
        await File.WriteAllTextAsync(folder["engine.yaml"], string.Create(CultureInfo.InvariantCulture, $$"""
            services:
            - name: socks
              addr: "127.0.0.1:{{port}}"
              handler: { type: socks5, metadata: { localOnly: true } }
              listener: { type: tcp }
            """));
        string[] arguments = ["engine", .. asked ? new[] { "--until-input-ends" } : [], "-C", WinePrefix.OnWindows(folder["engine.yaml"])];
        using var engine = wine.Start(folder.Path, arguments);
        try
        {
            var said = engine.StandardError.ReadToEndAsync(_limit.Token);
            await ListensAsync(port);

            engine.StandardInput.Close();
            var ended = engine.WaitForExitAsync(_limit.Token);

            if (asked)
            {
                await ended.WaitAsync(TimeSpan.FromSeconds(1.5), _limit.Token);
                Assert.Equal(0, engine.ExitCode);
                Assert.Contains("engine stopped", await said, StringComparison.Ordinal);
            }
            else
            {
                // Whoever starts it by hand with nothing to read has it run.
                await Task.Delay(TimeSpan.FromSeconds(1.5), _limit.Token);
                Assert.False(ended.IsCompleted);
                await ListensAsync(port);
            }
        }
        finally
        {
            if (!engine.HasExited)
            {
                engine.Kill(entireProcessTree: true);
            }
        }
    }

    private async Task ListensAsync(int port)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, _limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, _limit.Token);
            }
        }
    }
}
