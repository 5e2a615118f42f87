using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GostBt.Engine.Tests.Support;

/// <summary>A SOCKS5 client written from the RFC, not with the engine's own code.</summary>
internal sealed class SocksTestClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TcpClient _tcp;
    private readonly UdpClient? _udp;
    private int _sent;

    private SocksTestClient(TcpClient tcp, byte reply, IPEndPoint bound, bool udp, int udpPort = 0)
    {
        _tcp = tcp;
        Stream = tcp.GetStream();
        Reply = reply;
        Bound = bound;
        _udp = udp ? new UdpClient(new IPEndPoint(((IPEndPoint)tcp.Client.LocalEndPoint!).Address, udpPort)) : null;
    }

    internal byte Reply { get; }

    internal IPEndPoint Bound { get; }

    internal NetworkStream Stream { get; }

    internal UdpClient Udp => _udp!;

    internal static Task<SocksTestClient> ConnectAsync(IPEndPoint proxy, string host, int port, string? user = null, string? password = null) =>
        RequestAsync(proxy, 1, host, port, user, password);

    internal static Task<SocksTestClient> AssociateAsync(IPEndPoint proxy, int udpPort = 0) => RequestAsync(proxy, 3, "0.0.0.0", 0, null, null, udpPort);

    internal static async Task<SocksTestClient> RequestAsync(IPEndPoint proxy, byte command, string host, int port, string? user, string? password, int udpPort = 0)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var tcp = new TcpClient(proxy.AddressFamily);
        if (udpPort != 0)
        {
            tcp.Client.Bind(new IPEndPoint(proxy.Address, 0)); // the TUN's own address, as libtorrent has it
        }

        await tcp.ConnectAsync(proxy, deadline.Token);
        var stream = tcp.GetStream();
        await stream.WriteAsync(user is null ? new byte[] { 5, 1, 0 } : [5, 2, 0, 2], deadline.Token);
        var answer = new byte[2];
        await stream.ReadExactlyAsync(answer, deadline.Token);
        if (answer[1] == 2)
        {
            var name = Encoding.UTF8.GetBytes(user!);
            var secret = Encoding.UTF8.GetBytes(password!);
            await stream.WriteAsync((byte[])[1, (byte)name.Length, .. name, (byte)secret.Length, .. secret], deadline.Token);
            await stream.ReadExactlyAsync(answer, deadline.Token);
        }

        if (answer[1] != 0)
        {
            return new SocksTestClient(tcp, 0xff, new IPEndPoint(IPAddress.None, 0), udp: false);
        }

        await stream.WriteAsync((byte[])[5, command, 0, .. Address(host, port)], deadline.Token);
        var head = new byte[4];
        await stream.ReadExactlyAsync(head, deadline.Token);
        var address = new byte[head[3] == 1 ? 4 : 16];
        await stream.ReadExactlyAsync(address, deadline.Token);
        var boundPort = new byte[2];
        await stream.ReadExactlyAsync(boundPort, deadline.Token);
        return new SocksTestClient(tcp, head[1], new IPEndPoint(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(boundPort)), command == 3, udpPort);
    }

    internal static byte[] Address(string host, int port)
    {
        byte[] bytes = IPAddress.TryParse(host, out var ip)
            ? [(byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. ip.GetAddressBytes()]
            : [3, (byte)host.Length, .. Encoding.ASCII.GetBytes(host)];
        return [.. bytes, (byte)(port >> 8), (byte)port];
    }

    /// <summary>Sends bytes and reads as many back.</summary>
    internal async Task<byte[]> EchoAsync(byte[] data)
    {
        using var deadline = new CancellationTokenSource(Limit);
        var writing = Stream.WriteAsync(data, deadline.Token);
        var back = new byte[data.Length];
        await Stream.ReadExactlyAsync(back, deadline.Token);
        await writing;
        return back;
    }

    internal ValueTask<int> SendAsync(string host, int port, byte[] data) => SendRawAsync([0, 0, 0, .. Address(host, port), .. data]);

    internal ValueTask<int> SendRawAsync(byte[] datagram) => Udp.SendAsync(datagram, Bound);

    /// <summary>The next datagram: who sent it, what it holds; null when none comes.</summary>
    internal async Task<(IPEndPoint Source, byte[] Data)?> ReceiveAsync(TimeSpan? limit = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? Limit);
        try
        {
            var datagram = (await Udp.ReceiveAsync(deadline.Token)).Buffer;
            var length = datagram[3] == 1 ? 4 : 16;
            var source = new IPEndPoint(new IPAddress(datagram[4..(4 + length)]), BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(4 + length)));
            return (source, datagram[(6 + length)..]);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Sends until an answer to one of these datagrams comes, as UDP has it: whether one did. Late answers to earlier ones do not count.</summary>
    internal async Task<bool> AnswersAsync(string host, int port, int tries = 20)
    {
        var first = _sent;
        for (var i = 0; i < tries; i++)
        {
            await SendAsync(host, port, BitConverter.GetBytes(_sent++));
            while (await ReceiveAsync(TimeSpan.FromMilliseconds(500)) is { } answer)
            {
                if (answer.Data.Length == sizeof(int) && BitConverter.ToInt32(answer.Data) >= first)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _udp?.Dispose();
    }
}
