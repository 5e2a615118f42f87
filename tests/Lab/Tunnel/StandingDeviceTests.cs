using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Lab.Tests.Raising;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>A BitTorrent client binds its sockets to the TUN itself (SO_BINDTODEVICE): the device, and with it the client's port, outlives the engine.</summary>
[Collection(TunnelCollection.Name)]
public sealed class StandingDeviceTests(TunnelFixture fixture, ITestOutputHelper output)
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int BindToDevice = 25; // SO_BINDTODEVICE of socket(7)
    private const int Port = 6666;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableTheory]
    [InlineData("auto")]
    [InlineData("gost")]
    public async Task Sockets_bound_to_the_device_before_the_engine_ended_still_serve_peers(string engine)
    {
        _ = fixture.Lab;
        Skip.If(engine == "gost" && (await TunnelFixture.MachineAsync("command -v gost")).Length == 0, "gost is not on PATH");
        await WithProfileAsync("engine: auto", $"engine: {engine}", async () =>
        {
            await fixture.StartAsync();
            using var end = new CancellationTokenSource();
            using var listener = Bound(SocketType.Stream);
            using var datagrams = Bound(SocketType.Dgram);
            _ = ServeAsync(listener, end.Token);
            _ = AnswerAsync(datagrams, end.Token);
            using var kept = await ConnectAsync();
            Assert.Equal("before", await EchoAsync(kept, "before"));
            var index = await DeviceAsync();

            using var peer = NodeSocket.Create(fixture.Lab, "peer1", SocketType.Dgram, AddressFamily.InterNetwork);
            await AskedUntilAnsweredAsync(peer);
            var answers = Collect(peer, end.Token);
            var asking = AskAsync(peer, end.Token);
            var killed = Stopwatch.GetTimestamp();
            await TunnelFixture.KillAsync(await fixture.EngineAsync(), "KILL");
            var gone = Stopwatch.GetTimestamp();
            await TunnelFixture.EventuallyAsync(() => Task.FromResult(answers.Any(answer => answer > gone)), Patience, "an answer over UDP after the engine's end");

            Assert.Equal("after", await EchoAsync(kept, "after"));
            using var anew = await ConnectAsync();
            Assert.Equal("anew", await EchoAsync(anew, "anew"));
            Assert.Equal(index, await DeviceAsync());
            await end.CancelAsync();
            await asking;
            output.WriteLine($"engine {engine}: no answer over UDP for {Longest(answers, killed).TotalMilliseconds:0} ms");
            await fixture.StopAsync();
            await fixture.AssertNothingLeftAsync();
        });
    }

    [SkippableFact]
    public async Task Another_MTU_is_set_on_the_device_and_another_name_takes_the_old_device_away()
    {
        await fixture.StartAsync();
        var index = await DeviceAsync();

        await WithProfileAsync("mtu: 1420", "mtu: 1390", async () =>
        {
            await fixture.StartAsync();
            Assert.Contains("mtu 1390", await LinkAsync("gost_tun"), StringComparison.Ordinal);
            Assert.Equal(index, await DeviceAsync());
        });
        await WithProfileAsync("interface: gost_tun", "interface: other_tun", async () =>
        {
            await fixture.StartAsync();
            Assert.True(await fixture.AnswersAsync());
            Assert.Contains("mtu 1420", await LinkAsync("other_tun"), StringComparison.Ordinal);
            Assert.Empty(await LinkAsync("gost_tun"));
            await fixture.StopAsync();
        });
        await fixture.AssertNothingLeftAsync();
    }

    private async Task WithProfileAsync(string from, string to, Func<Task> run)
    {
        var profile = await File.ReadAllTextAsync(fixture.Profile);
        Assert.Contains(from, profile, StringComparison.Ordinal);
        try
        {
            await File.WriteAllTextAsync(fixture.Profile, profile.Replace(from, to, StringComparison.Ordinal));
            await run();
        }
        finally
        {
            await File.WriteAllTextAsync(fixture.Profile, profile);
        }
    }

    private async Task<string> LinkAsync(string name) => (await fixture.Lab.ShAsync("home", $"ip -o link show dev {name} 2>/dev/null || true")).Output;

    private async Task<string> DeviceAsync() => (await LinkAsync("gost_tun")).Split(':')[0];

    private Socket Bound(SocketType type)
    {
        var socket = NodeSocket.Create(fixture.Lab, "home", type, AddressFamily.InterNetwork);
        socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes("gost_tun\0"));
        socket.Bind(new IPEndPoint(IPAddress.Parse("192.168.123.2"), Port));
        if (type == SocketType.Stream) socket.Listen();
        return socket;
    }

    private IPEndPoint Public => new(IPAddress.Parse(fixture.Lab.Facts.VpsAddress), Port);

    private async Task<Socket> ConnectAsync()
    {
        var socket = NodeSocket.Create(fixture.Lab, "peer1", SocketType.Stream, AddressFamily.InterNetwork);
        using var patience = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(Public, patience.Token);
        return socket;
    }

    private static async Task<string> EchoAsync(Socket socket, string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), patience.Token);
        var answer = new byte[64];
        return Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer, patience.Token));
    }

    private static async Task ServeAsync(Socket listener, CancellationToken end)
    {
        try
        {
            while (true)
            {
                _ = ServeOneAsync(await listener.AcceptAsync(end), end);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task ServeOneAsync(Socket socket, CancellationToken end)
    {
        using (socket)
        {
            try
            {
                var bytes = new byte[64];
                while (await socket.ReceiveAsync(bytes, end) is var count and > 0)
                {
                    await socket.SendAsync(bytes.AsMemory(0, count), end);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The peer is gone, or the test over.
            }
        }
    }

    private static async Task AnswerAsync(Socket socket, CancellationToken end)
    {
        var bytes = new byte[64];
        while (!end.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(bytes, new IPEndPoint(IPAddress.Any, 0), end);
                await socket.SendToAsync(bytes.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint, end);
            }
            catch (SocketException)
            {
                // No way out at this moment; the peer asks again.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AskedUntilAnsweredAsync(Socket peer)
    {
        using var patience = new CancellationTokenSource(Patience);
        var asking = AskAsync(peer, patience.Token);
        await peer.ReceiveFromAsync(new byte[64], new IPEndPoint(IPAddress.Any, 0), patience.Token);
        await patience.CancelAsync();
        await asking;
    }

    private async Task AskAsync(Socket peer, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await peer.SendToAsync("?"u8.ToArray(), Public, end);
                await Task.Delay(20, end);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static ConcurrentQueue<long> Collect(Socket peer, CancellationToken end)
    {
        var answers = new ConcurrentQueue<long>();
        _ = Task.Run(
            async () =>
            {
                var bytes = new byte[64];
                while (!end.IsCancellationRequested)
                {
                    await peer.ReceiveFromAsync(bytes, new IPEndPoint(IPAddress.Any, 0), end);
                    answers.Enqueue(Stopwatch.GetTimestamp());
                }
            },
            CancellationToken.None);
        return answers;
    }

    private static TimeSpan Longest(IEnumerable<long> answers, long since)
    {
        var (longest, last) = (TimeSpan.Zero, since);
        foreach (var answer in answers.Where(answer => answer > since))
        {
            var pause = Stopwatch.GetElapsedTime(last, answer);
            (longest, last) = (pause > longest ? pause : longest, answer);
        }

        return longest;
    }
}
