using System.Buffers.Binary;
using System.Net;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>
/// A UDP port of a TUN client's own address that somebody in this process sends from and receives for, past the kernel. Disposing of it gives the port back.
/// </summary>
internal sealed class TakenPort : IDisposable
{
    // A SOCKS5 address of type IPv4: type, address, port.
    private const int AddressStart = 1;
    private const int AddressLength = 7;

    private readonly TakenPorts _ports;
    private readonly byte[] _source = new byte[6];

    internal TakenPort(TakenPorts ports, IPEndPoint endPoint, IDatagramTaker taker)
    {
        _ports = ports;
        EndPoint = endPoint;
        Taker = taker;
        endPoint.Address.TryWriteBytes(_source, out _);
        BinaryPrimitives.WriteUInt16BigEndian(_source.AsSpan(4), (ushort)endPoint.Port);
    }

    /// <summary>Address and port.</summary>
    internal IPEndPoint EndPoint { get; }

    /// <summary>Who gets what arrives.</summary>
    internal IDatagramTaker Taker { get; }

    public void Dispose() => _ports.Release(this);

    /// <summary>Sends a datagram into the tunnel, from this address and port and no other, without waiting for anything.</summary>
    /// <param name="addressed">A SOCKS5 address of type IPv4 and the data after it.</param>
    /// <returns>False when it is longer than the tunnel takes.</returns>
    internal bool Send(ReadOnlySpan<byte> addressed)
    {
        var data = addressed[AddressLength..];
        var length = Ipv4Udp.HeaderLength + data.Length;
        if (length > _ports.Mtu)
        {
            return false;
        }

        var buffer = _ports.Outbox.Rent();
        Ipv4Udp.Write(buffer.AsSpan(0, length), _source, addressed[AddressStart..AddressLength], data);
        _ports.Outbox.Post(buffer, length);
        return true;
    }

    /// <summary>Whether a packet's destination is this address and port; both stand where the packet's parts are.</summary>
    internal bool IsDestination(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) =>
        address.SequenceEqual(_source.AsSpan(0, 4)) && port.SequenceEqual(_source.AsSpan(4));
}
