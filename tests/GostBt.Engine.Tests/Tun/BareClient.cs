using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Engine.Packets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

/// <summary>A gost client as its server sees it: a UDP socket that sends hellos and raw packets.</summary>
internal sealed class BareClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    internal BareClient(IPEndPoint server) => _socket.Connect(server);

    internal void Hello(string passphrase, params string[] addresses) => Send(Keepalive.Hello(
        Encoding.UTF8.GetBytes(passphrase), addresses.Select(a => TunnelAddress.From(IPAddress.Parse(a))).ToList(), capabilities: null));

    internal void Send(byte[] datagram) => _socket.Send(datagram);

    /// <summary>The next datagram, null when none comes in time.</summary>
    internal byte[]? Receive(double seconds = 5)
    {
        if (!_socket.Poll(TimeSpan.FromSeconds(seconds), SelectMode.SelectRead))
            return null;
        var buffer = new byte[65536];
        return buffer[.._socket.Receive(buffer)];
    }

    /// <summary>Says hello and expects gost's 20 bytes.</summary>
    internal void Announce(string passphrase, params string[] addresses)
    {
        Hello(passphrase, addresses);
        Assert.Equal(20, Receive()?.Length);
    }

    public void Dispose() => _socket.Dispose();
}
