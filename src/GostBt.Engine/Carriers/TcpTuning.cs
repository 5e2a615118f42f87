using System.Buffers.Binary;
using System.Net.Sockets;

namespace GostBt.Engine.Carriers;

/// <summary>Options of the engine's TCP sockets.</summary>
internal static class TcpTuning
{
    private const int SecondsToNotice = 30;

    /// <summary>
    /// For every socket: no Nagle (gost 3.2.6 never sets it, which costs small packets a round trip), and a far end that is gone is noticed in half a
    /// minute while nothing is under way.
    /// </summary>
    internal static void Apply(Socket socket)
    {
        socket.NoDelay = true;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        }
        catch (SocketException)
        {
            // An old system that lacks one of them notices a dead path later; that is no reason to have no path.
        }
    }

    /// <summary>
    /// For a socket that carries datagrams or packets: a dead path is noticed in half a minute also while something waits for its acknowledgement, when
    /// keepalive is silent. Not for the bytes of a connection: a reader that pauses (a window of zero) is then taken for one that is gone, and only those
    /// who take datagrams never pause.
    /// </summary>
    internal static void LimitRetransmission(Socket socket)
    {
        // .NET has no name for these options.
        Span<byte> value = stackalloc byte[sizeof(int)];
        try
        {
            if (OperatingSystem.IsLinux())
            {
                const int TcpUserTimeout = 18;
                BinaryPrimitives.WriteInt32LittleEndian(value, SecondsToNotice * 1000);
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, value);
            }
            else if (OperatingSystem.IsWindows())
            {
                const int TcpMaxRetransmissionTime = 5;
                BinaryPrimitives.WriteInt32LittleEndian(value, SecondsToNotice);
                socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpMaxRetransmissionTime, value);
            }
        }
        catch (SocketException)
        {
            // As above.
        }
    }
}
