using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GostBt.Lab.Tests.Raising;

/// <summary>
/// A listener in a node, over TCP and UDP, IPv4 and IPv6, that answers everyone with the source address and port it sees; and the
/// question to it from another node.
/// </summary>
public sealed class Witness : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Socket _tcp;
    private readonly Socket _udp;

    private Witness(Socket tcp, Socket udp)
    {
        _tcp = tcp;
        _udp = udp;
    }

    /// <summary>Starts a witness on all addresses of the node, or on one of them; it listens when this returns.</summary>
    public static Witness Start(RaisedLab lab, string node, int port, string? address = null)
    {
        var everyone = new IPEndPoint(IPAddress.IPv6Any, port);
        var local = address is null ? everyone : new IPEndPoint(IPAddress.Parse(address).MapToIPv6(), port);
        var witness = new Witness(NodeSocket.Create(lab, node, SocketType.Stream), NodeSocket.Create(lab, node, SocketType.Dgram));
        witness._tcp.Bind(local);
        witness._tcp.Listen();
        witness._udp.Bind(local);
        _ = witness.AnswerConnectionsAsync();
        _ = witness.AnswerDatagramsAsync(everyone);
        return witness;
    }

    /// <summary>What a witness at the address says it sees, asked over TCP; null when no answer came within two seconds.</summary>
    public static Task<IPEndPoint?> AskTcpAsync(RaisedLab lab, string from, string address, int port, int sourcePort = 0) =>
        AskAsync(lab, from, SocketType.Stream, new IPEndPoint(IPAddress.Parse(address), port), Anywhere(address, sourcePort));

    /// <summary>What a witness at the address says it sees, asked over UDP; null when no answer came within two seconds.</summary>
    public static Task<IPEndPoint?> AskUdpAsync(RaisedLab lab, string from, string address, int port, int sourcePort = 0) =>
        AskAsync(lab, from, SocketType.Dgram, new IPEndPoint(IPAddress.Parse(address), port), Anywhere(address, sourcePort));

    /// <summary>
    /// How a witness in a node sees an endpoint of home's that asks it over UDP. Asked five times at most: a tunnel that has just come up may
    /// lose a datagram, and only the first answer counts, for one that is late comes beside the next.
    /// </summary>
    public static async Task<IPEndPoint?> HowSeenAsync(RaisedLab lab, IPEndPoint home, string node, string address)
    {
        const int Asked = 7400;
        using var witness = Start(lab, node, Asked);
        return await AnsweredAsync(() => AskAsync(lab, "home", SocketType.Dgram, new IPEndPoint(IPAddress.Parse(address), Asked), home));
    }

    /// <summary>The first answer of at most five questions; the agent at home may still be putting the tunnel's address in its place.</summary>
    public static async Task<IPEndPoint?> AnsweredAsync(Func<Task<IPEndPoint?>> ask)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            if (await ask() is { } answer) return answer;
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tcp.Dispose();
        _udp.Dispose();
    }

    private static async Task<IPEndPoint?> AskAsync(RaisedLab lab, string from, SocketType type, IPEndPoint target, IPEndPoint? source)
    {
        using var socket = NodeSocket.Create(lab, from, type, target.AddressFamily);
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            if (source is not null)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                socket.Bind(source);
            }

            await socket.ConnectAsync(target, deadline.Token);
            await socket.SendAsync("who am I?"u8.ToArray(), deadline.Token);
            var answer = new byte[128];
            var length = await socket.ReceiveAsync(answer, deadline.Token);
            return length == 0 ? null : Parse(Encoding.ASCII.GetString(answer, 0, length));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    // A source of port 0 is the kernel's to choose.
    private static IPEndPoint? Anywhere(string target, int port) =>
        port == 0 ? null : new IPEndPoint(target.Contains(':', StringComparison.Ordinal) ? IPAddress.IPv6Any : IPAddress.Any, port);

    private static byte[] Answer(EndPoint source)
    {
        var (address, port) = (((IPEndPoint)source).Address, ((IPEndPoint)source).Port);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{plain} {port}"));
    }

    private static IPEndPoint Parse(string answer)
    {
        var words = answer.Split(' ');
        return new IPEndPoint(IPAddress.Parse(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private async Task AnswerConnectionsAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _tcp.AcceptAsync();
                await connection.SendAsync(Answer(connection.RemoteEndPoint!));
                connection.Shutdown(SocketShutdown.Send);
                _ = await connection.ReceiveAsync(new byte[128]);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed of: the witness is done.
        }
    }

    private async Task AnswerDatagramsAsync(EndPoint everyone)
    {
        try
        {
            var question = new byte[2048];
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(question, everyone);
                await _udp.SendToAsync(Answer(received.RemoteEndPoint), received.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed of: the witness is done.
        }
    }
}
