using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Tunnel;

/// <summary>
/// Malformed input over the lab's real network, at each listener of a tunnel that is up: the relay's public port from the attacker, the TUN's port on the server's
/// loopback from another of its users, the SOCKS5 from home. The engines' own tests throw the greater part (a million).
/// </summary>
[Collection(TunnelCollection.Name)]
public sealed class MalformedInputTests(TunnelFixture fixture)
{
    private const int Connections = 1500;
    private const int Datagrams = 20_000;
    private const int AtATime = 16;
    private const int Seed = 20261122;
    private const long MostGrowth = 64 << 10;

    private static readonly byte[] Upgrade =
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray();

    // The process, its memory in KiB, its descriptors: a restart shows as another process.
    private const string State = "echo \"$pid $(sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status) $(ls /proc/$pid/fd | wc -l)\"";

    [SkippableFact]
    public async Task The_tunnel_passes_traffic_meanwhile_and_nothing_grows()
    {
        var lab = fixture.Lab;
        await fixture.StartAsync();
        try
        {
            var server = await ServerAsync();
            var home = await HomeAsync();
            using var stop = new CancellationTokenSource();
            var passing = PassAsync(stop.Token);

            await ThrowAsync("attacker", new IPEndPoint(IPAddress.Parse(lab.Facts.VpsAddress), 8443), RelaySeeds(), throughTls: true);
            await ThrowAsync("home", new IPEndPoint(IPAddress.Loopback, 5522), SocksSeeds(), throughTls: false);
            await ThrowDatagramsAsync();

            await stop.CancelAsync();
            Assert.Equal(0, await passing);
            await TunnelFixture.EventuallyAsync(async () => Settled(server, await ServerAsync()), TimeSpan.FromSeconds(60), "the server's engine is as it was");
            await TunnelFixture.EventuallyAsync(async () => Settled(home, await HomeAsync()), TimeSpan.FromSeconds(60), "home's engine is as it was");
            Assert.True(await fixture.AnswersAsync());
            Assert.Equal(string.Empty, (await lab.ShAsync("vps", "journalctl -u gostbt@home -b --since -10min -o cat --no-pager | grep -E ' (error|fatal) '; true")).Output);
        }
        finally
        {
            await fixture.StopAsync();
        }
    }

    private static bool Settled((string Process, long Memory, long Descriptors) before, (string Process, long Memory, long Descriptors) now)
    {
        Assert.Equal(before.Process, now.Process);
        return now.Memory < before.Memory + MostGrowth && now.Descriptors < before.Descriptors + 24;
    }

    private static byte[][] RelaySeeds() =>
    [
        Upgrade,
        [.. Upgrade, 0x82, 0x8c, 0, 0, 0, 0, 1, 1, 0, 8, 2, 0, 5, 3, 1, 65, 0, 80, 0x88, 0x82, 0, 0, 0, 0, 3, 232],
        [1, 1, 0, 20, 1, 0, 10, 4, .. "home"u8, 4, .. "pass"u8, 2, 0, 4, 1, 127, 0, 0],
        [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3],
    ];

    // Nothing is ever asked for: a request that is in order would leave the lab's home.
    private static byte[][] SocksSeeds() => [[5, 1, 0, 5, 1, 0, 1, 127, 77, 77, 77, 0, 9], [5, 2, 0, 2, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0], [5, 1, 0, 5, 1, 0, 3, 1, 65, 0, 9]];

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = random.Next(8) == 0 ? new byte[random.Next(1, 300)] : [.. seed];
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) switch
        {
            0 => bytes[..random.Next(1, bytes.Length + 1)],
            1 => [.. bytes, .. bytes],
            _ => bytes,
        };
    }

    private static async Task SendAsync(Stream stream, byte[] bytes)
    {
        using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await stream.WriteAsync(bytes, moment.Token);
        var answer = new byte[1024];
        while (await stream.ReadAsync(answer, moment.Token) > 0)
        {
        }
    }

    /// <summary>Pings the far end through the tunnel until stopped: how many went unanswered that were sent twice.</summary>
    private async Task<int> PassAsync(CancellationToken stop)
    {
        var lost = 0;
        while (!stop.IsCancellationRequested)
        {
            if (!await fixture.AnswersAsync() && !await fixture.AnswersAsync())
            {
                lost++;
            }
        }

        return lost;
    }

    private async Task ThrowAsync(string node, IPEndPoint target, byte[][] seeds, bool throughTls)
    {
        var attackers = Enumerable.Range(0, AtATime).Select(async worker =>
        {
            var random = new Random(Seed + worker);
            for (var i = 0; i < Connections / AtATime; i++)
            {
                using var socket = NodeSocket.Create(fixture.Lab, node, SocketType.Stream, AddressFamily.InterNetwork);
                try
                {
                    await socket.ConnectAsync(target);
                    await using var stream = new NetworkStream(socket);
                    var input = Mutate(seeds[random.Next(seeds.Length)], random);
                    if (throughTls && random.Next(2) == 0)
                    {
                        // Behind the handshake lies the websocket.
                        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, certificate, _, _) => certificate is not null);
                        await tls.AuthenticateAsClientAsync("gostbt");
                        await SendAsync(tls, input);
                    }
                    else
                    {
                        await SendAsync(stream, input);
                    }
                }
                catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
                {
                    // Thrown out, or left waiting: both are fine for a stranger.
                }
            }
        });
        await Task.WhenAll(attackers);
    }

    /// <summary>From an ordinary user of the server: keepalives with wrong passphrases, packets of nobody, rubbish of every length.</summary>
    private async Task ThrowDatagramsAsync()
    {
        var script = string.Create(CultureInfo.InvariantCulture, $$"""
            use strict; use Socket; srand({{Seed}});
            socket(my $s, PF_INET, SOCK_DGRAM, 0) or die; my $to = pack_sockaddr_in(8421, inet_aton("127.0.0.1"));
            my @seeds = ("GOST" . ("\0" x 16) . ("\0" x 10) . "\xff\xff" . pack("C4", 192, 168, 123, 9),
                         "\x45\0\0\x1d" . pack("n2C2n", 1, 0, 64, 17, 0) . pack("C8", 192, 168, 123, 9, 203, 0, 113, 9) . pack("n4", 9, 9, 9, 0) . "x",
                         "\x45\0\x40\x01" . ("\0" x 16381), "\x60" . ("\0" x 50), "");
            for my $i (1 .. {{Datagrams}}) {
                my $d = $seeds[rand @seeds];
                substr($d, int(rand length $d), 1) = chr int rand 256 for 1 .. (length $d ? 1 + int rand 4 : 0);
                $d .= join "", map { chr int rand 256 } 1 .. int rand 60 if rand() < 0.3;
                send($s, $d, 0, $to);
                select(undef, undef, undef, 0.005) if $i % 200 == 0;
            }
            """);
        (await fixture.Lab.ExecAsync("vps", ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-"], script)).Succeeded();
    }

    private async Task<(string Process, long Memory, long Descriptors)> ServerAsync() =>
        Parse((await fixture.Lab.ShAsync("vps", "pid=$(systemctl show -p MainPID --value gostbt@home); " + State)).Succeeded());

    private async Task<(string Process, long Memory, long Descriptors)> HomeAsync() =>
        Parse(await TunnelFixture.MachineAsync("pid=" + (await fixture.EngineAsync()).ToString(CultureInfo.InvariantCulture) + "; " + State));

    private static (string Process, long Memory, long Descriptors) Parse(string text)
    {
        var words = text.Trim().Split(' ');
        return (words[0], long.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture));
    }
}
