using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GostBt.Engine.Tests.Support;

/// <summary>A relay client written from go-gost/relay, not with the engine's own code.</summary>
internal static class RelayTestClient
{
    internal static byte[] ConnectUdp(string host, int port, string? user = Configurations.User, string? password = Configurations.Password) =>
        Request(0x81, [4, 0, 2, 0, 1, .. User(user, password), .. Address(host, port)]);

    internal static byte[] Connect(string host, int port, string? user = Configurations.User, string? password = Configurations.Password) =>
        Request(0x01, [.. User(user, password), .. Address(host, port)]);

    internal static byte[] Bind(bool udp, string host, int port) =>
        Request((byte)(udp ? 0x82 : 0x02), [.. User(Configurations.User, Configurations.Password), 4, 0, 2, 0, (byte)(udp ? 1 : 0), .. Address(host, port)]);

    /// <summary>Sends a request and returns the whole answer up to the end of the stream or the first 4 bytes, whichever comes first.</summary>
    internal static async Task<byte[]> AnswerAsync(IPEndPoint relay, byte[] request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var tcp = new TcpClient(relay.AddressFamily);
        await tcp.ConnectAsync(relay, deadline.Token);
        await tcp.GetStream().WriteAsync(request, deadline.Token);
        var answer = new byte[4];
        var length = await tcp.GetStream().ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, deadline.Token);
        return answer[..length];
    }

    internal static async Task<int> StatusAsync(IPEndPoint relay, byte[] request) => (await AnswerAsync(relay, request))[1];

    private static byte[] Request(byte command, byte[] features) => [1, command, (byte)(features.Length >> 8), (byte)features.Length, .. features];

    private static byte[] User(string? user, string? password)
    {
        if (user is null)
        {
            return [];
        }

        var name = Encoding.UTF8.GetBytes(user);
        var secret = Encoding.UTF8.GetBytes(password!);
        return [1, (byte)((2 + name.Length + secret.Length) >> 8), (byte)(2 + name.Length + secret.Length), (byte)name.Length, .. name, (byte)secret.Length, .. secret];
    }

    private static byte[] Address(string host, int port)
    {
        var address = SocksTestClient.Address(host, port);
        return [2, 0, (byte)address.Length, .. address];
    }
}
