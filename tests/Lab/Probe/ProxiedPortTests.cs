using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Lab.Tests.Raising;
using GostBt.Model;

namespace GostBt.Lab.Tests.Probe;

/// <summary>
/// A client whose SOCKS5 carries its UDP, as libtorrent's does: peers reach it at the published port all the same, and see it under that port.
/// </summary>
[Collection(RunningCollection.Name)]
public sealed class ProxiedPortTests(RunningFixture fixture) : IDisposable
{
    private static readonly IPEndPoint Own = new(IPAddress.Parse("192.168.123.2"), 6666);
    private static readonly IPEndPoint Anyone = new(IPAddress.Any, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-proxied-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task The_association_of_a_published_port_carries_its_datagrams_both_ways_while_it_lasts()
    {
        var lab = fixture.Lab;
        var vps = new IPEndPoint(IPAddress.Parse(lab.Facts.VpsAddress), 6666);
        using var witness = Witness.Start(lab, "tracker", 7003);
        using var client = NodeSocket.Create(lab, "home", SocketType.Dgram, AddressFamily.InterNetwork);
        client.Bind(Own);
        using var peer = NodeSocket.Create(lab, "peer2", SocketType.Dgram, AddressFamily.InterNetwork);
        peer.Bind(new IPEndPoint(IPAddress.Parse(lab.Facts.AddressOf("peer2")), 40123));
        using (var control = NodeSocket.Create(lab, "home", SocketType.Stream, AddressFamily.InterNetwork))
        {
            var proxy = await AssociateAsync(control);
            var tracker = new IPEndPoint(IPAddress.Parse(lab.Facts.AddressOf("tracker")), 7003);

            var answer = Unwrapped(await AskAsync(client, Wrapped(tracker, "who am I?"), proxy));
            Assert.Equal((tracker, $"{lab.Facts.VpsAddress} 6666"), answer);

            var question = Unwrapped(await AskAsync(peer, "ping"u8.ToArray(), vps, client));
            Assert.Equal(((IPEndPoint)peer.LocalEndPoint!, "ping"), question);

            await client.SendToAsync(Wrapped(question.Peer, "pong"), proxy);
            var (pong, from) = await ReceiveAsync(peer);
            Assert.Equal(("pong", vps), (Encoding.ASCII.GetString(pong!), from));
        }

        // The end of the connection takes a moment to be seen; until then datagrams still come wrapped.
        var direct = string.Empty;
        for (var watch = Stopwatch.StartNew(); direct != "again" && watch.Elapsed < TimeSpan.FromSeconds(20); await Task.Delay(20))
        {
            direct = Encoding.ASCII.GetString(await AskAsync(peer, "again"u8.ToArray(), vps, client));
        }

        Assert.Equal("again", direct);
    }

    [SkippableFact]
    public async Task QBittorrent_with_its_proxy_set_answers_peers_and_is_seen_under_the_published_port()
    {
        var lab = fixture.Lab;
        Skip.IfNot(File.Exists("/usr/bin/qbittorrent-nox"), "qbittorrent-nox is not installed (lab/lab.sh install)");
        Directory.CreateDirectory($"{_folder}/qBittorrent/config");
        await File.WriteAllTextAsync(
            $"{_folder}/qBittorrent/config/qBittorrent.conf",
            "[BitTorrent]\nSession\\Port=6666\n[LegalNotice]\nAccepted=true\n[Preferences]\nWebUI\\LocalHostAuth=false\nWebUI\\Port=8099\n");
        var address = lab.Facts.AddressOf("tracker");
        using var tracker = NodeSocket.Create(lab, "tracker", SocketType.Dgram, AddressFamily.InterNetwork);
        tracker.Bind(new IPEndPoint(IPAddress.Parse(address), 7004));
        await using var client = lab.Start("home", ["qbittorrent-nox", $"--profile={_folder}"]);
        (await lab.ShAsync("home", $$"""
            api=http://127.0.0.1:8099/api/v2
            for i in $(seq 60); do curl -sf $api/app/version >/dev/null && break; sleep 0.5; done
            socks=2
            curl -sf $api/app/preferences | grep -q '"proxy_type":"' && socks='"SOCKS5"'
            curl -sf $api/app/setPreferences --data-urlencode "json={\"proxy_type\":$socks,\"proxy_ip\":\"192.168.123.2\",\"proxy_port\":5522,\"proxy_bittorrent\":true,\"proxy_peer_connections\":false,\"proxy_hostname_lookup\":false}"
            curl -sf $api/torrents/add -F 'urls=magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&tr=udp://{{address}}:7004/announce'
            """)).Succeeded();

        var (_, seen) = await ReceiveAsync(tracker, seconds: 60);
        var results = await fixture.TestUntilAsync(r => r[(6666, PortProtocol.Udp)].Answered?.Contains("DHT", StringComparison.Ordinal) == true);

        Assert.Equal(new IPEndPoint(IPAddress.Parse(lab.Facts.VpsAddress), 6666), seen);
        var udp = results[(6666, PortProtocol.Udp)];
        Assert.True(udp.Open, udp.Detail);
        Assert.Contains("DHT", udp.Answered, StringComparison.Ordinal);
        Assert.True(udp.SourcePreserved);
    }

    private static async Task<IPEndPoint> AssociateAsync(Socket control)
    {
        control.Bind(new IPEndPoint(Own.Address, 0));
        await control.ConnectAsync(new IPEndPoint(Own.Address, 5522));
        await control.SendAsync(new byte[] { 5, 1, 0 });
        var answer = new byte[10];
        Assert.Equal(2, await control.ReceiveAsync(answer));
        await control.SendAsync(new byte[] { 5, 3, 0, 1, 0, 0, 0, 0, 0, 0 });
        Assert.Equal(10, await control.ReceiveAsync(answer));
        Assert.Equal([5, 0, 0, 1], answer[..4]);
        return new IPEndPoint(new IPAddress(answer[4..8]), BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(8)));
    }

    private static byte[] Wrapped(IPEndPoint to, string data) =>
        [0, 0, 0, 1, .. to.Address.GetAddressBytes(), (byte)(to.Port >> 8), (byte)to.Port, .. Encoding.ASCII.GetBytes(data)];

    private static (IPEndPoint Peer, string Data) Unwrapped(byte[] datagram)
    {
        Assert.Equal([0, 0, 0, 1], datagram[..4]);
        return (new IPEndPoint(new IPAddress(datagram[4..8]), BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(8))), Encoding.ASCII.GetString(datagram[10..]));
    }

    // UDP: asked again until something comes.
    private static async Task<byte[]> AskAsync(Socket from, byte[] question, IPEndPoint to, Socket? listener = null)
    {
        for (var i = 0; i < 10; i++)
        {
            await from.SendToAsync(question, to);
            if (await ReceiveAsync(listener ?? from, seconds: 2) is { Data: { } data }) return data;
        }

        throw new InvalidOperationException($"Nothing arrived of what was sent to {to}.");
    }

    private static async Task<(byte[]? Data, IPEndPoint? From)> ReceiveAsync(Socket socket, int seconds = 10)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            var buffer = new byte[2048];
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, Anyone, deadline.Token);
            return (buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint);
        }
        catch (OperationCanceledException)
        {
            return (null, null);
        }
    }
}
