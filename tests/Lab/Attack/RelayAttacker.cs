using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Attack;

/// <summary>
/// Someone on the attacker's node who speaks gost's relay protocol over wss and keeps to no rule: any command, any address, any credentials. Written
/// from the protocol (go-gost/relay), not with GostBt's own client.
/// </summary>
internal sealed class RelayAttacker : IAsyncDisposable
{
    public const byte Ok = 0;
    public const byte Unauthorized = 2;

    public const byte Connect = 1;
    public const byte ConnectUdp = 0x81;
    public const byte Bind = 2;
    public const byte BindUdp = 0x82;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly WebSocket _socket;
    private readonly Queue<byte> _received = new();

    private RelayAttacker(WebSocket socket) => _socket = socket;

    [SuppressMessage("Security", "CA5359", Justification = "An attacker does not care whom he talks to.")]
    public static async Task<RelayAttacker> DialAsync(RaisedLab lab)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var socket = NodeSocket.Create(lab, "attacker", SocketType.Stream, AddressFamily.InterNetwork);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(lab.Facts.VpsAddress), 8443), deadline.Token);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "gostbt" }, deadline.Token);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await tls.WriteAsync(
            Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"),
            deadline.Token);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await tls.ReadExactlyAsync(one, deadline.Token);
            head.Append((char)one[0]);
        }

        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        return new RelayAttacker(WebSocket.CreateFromStream(tls, new WebSocketCreationOptions()));
    }

    /// <summary>Asks a fresh relay connection for something; the status, or null where it hangs up without one.</summary>
    public static async Task<byte?> StatusOfAsync(RaisedLab lab, byte command, (string User, string Password)? login, byte[]? address)
    {
        await using var relay = await DialAsync(lab);
        return await relay.AskAsync(command, login, address);
    }

    /// <summary>A relay address feature's data.</summary>
    public static byte[] Address(string host, int port)
    {
        byte[] portBytes = [(byte)(port >> 8), (byte)port];
        return IPAddress.TryParse(host, out var address)
            ? [(byte)(address.AddressFamily == AddressFamily.InterNetwork ? 1 : 4), .. address.GetAddressBytes(), .. portBytes]
            : [3, (byte)host.Length, .. Encoding.ASCII.GetBytes(host), .. portBytes];
    }

    public async Task<byte?> AskAsync(byte command, (string User, string Password)? login, byte[]? address)
    {
        byte[] user = login is { } l ? Feature(1, [(byte)l.User.Length, .. Encoding.ASCII.GetBytes(l.User), (byte)l.Password.Length, .. Encoding.ASCII.GetBytes(l.Password)]) : [];
        byte[] features = [.. user, .. address is null ? [] : Feature(2, address)];
        await SendAsync([1, command, (byte)(features.Length >> 8), (byte)features.Length, .. features]);
        if (await ReceiveAsync(4, Patience) is not { } head) return null;
        Assert.Equal(1, head[0]);
        if (await ReceiveAsync(BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), Patience) is null) return null;
        return head[1];
    }

    /// <summary>Tells the TUN at the far end of a UDP tunnel that an address is here.</summary>
    public async Task AnnounceAsync(string address)
    {
        await SendDatagramAsync([.. "GOST"u8, .. new byte[16], .. new byte[10], 0xff, 0xff, .. IPAddress.Parse(address).GetAddressBytes()]);
        Assert.NotNull(await ReceiveAsync(22, Patience));
    }

    public async Task SendAsync(byte[] data) => await _socket.SendAsync(data, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    /// <summary>A frame of a UDP tunnel: length, datagram.</summary>
    public Task SendDatagramAsync(byte[] datagram) => SendAsync([(byte)(datagram.Length >> 8), (byte)datagram.Length, .. datagram]);

    /// <summary>A frame of a UDP association: length of the data, 0xff, address, data.</summary>
    public Task SendDatagramAsync(byte[] address, byte[] data) => SendAsync([(byte)(data.Length >> 8), (byte)data.Length, 0xff, .. address, .. data]);

    /// <summary>The next bytes; null when they do not come in time or the relay hangs up.</summary>
    public async Task<byte[]?> ReceiveAsync(int count, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        var buffer = new byte[65536];
        try
        {
            while (_received.Count < count)
            {
                var result = await _socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
                if (result.MessageType == WebSocketMessageType.Close) return null;
                foreach (var b in buffer.AsSpan(0, result.Count)) _received.Enqueue(b);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException)
        {
            return null;
        }

        return [.. Enumerable.Range(0, count).Select(_ => _received.Dequeue())];
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Feature(byte type, byte[] data) => [type, (byte)(data.Length >> 8), (byte)data.Length, .. data];
}
