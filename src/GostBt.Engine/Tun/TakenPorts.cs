using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GostBt.Engine.Packets;
using GostBt.Engine.Udp;

namespace GostBt.Engine.Tun;

/// <summary>The UDP ports of one TUN client's own IPv4 addresses that are not the kernel's at the moment: their datagrams go to whoever took them.</summary>
/// <param name="settings">The service.</param>
/// <param name="outbox">Sends packets to the far end.</param>
internal sealed class TakenPorts(TunSettings settings, PacketOutbox outbox)
{
    private readonly Lock _gate = new();

    // Replaced as a whole; null while there is none, which is all that a packet is asked then.
    private TakenPort[]? _taken;

    /// <summary>Bytes of the longest packet.</summary>
    internal int Mtu => settings.Mtu;

    /// <summary>Takes packets for the far end.</summary>
    internal PacketOutbox Outbox => outbox;

    /// <summary>Takes a port.</summary>
    /// <returns>Null when the address is not the client's own, or the port is taken.</returns>
    internal TakenPort? TryTake(IPEndPoint endPoint, IDatagramTaker taker)
    {
        if (endPoint.AddressFamily != AddressFamily.InterNetwork || !settings.Networks.Any(network => network.Address.Equals(endPoint.Address)))
        {
            return null;
        }

        lock (_gate)
        {
            var taken = _taken ?? [];
            if (Array.Exists(taken, other => other.EndPoint.Equals(endPoint)))
            {
                return null;
            }

            var port = new TakenPort(this, endPoint, taker);
            Volatile.Write(ref _taken, [.. taken, port]);
            return port;
        }
    }

    /// <summary>Gives a port back to the kernel.</summary>
    internal void Release(TakenPort port)
    {
        lock (_gate)
        {
            var left = Array.FindAll(_taken ?? [], other => other != port);
            Volatile.Write(ref _taken, left.Length > 0 ? left : null);
        }
    }

    /// <summary>Hands over the datagrams of a packet that arrived, if they are for a taken port. Fragments and malformed ones are the kernel's to judge.</summary>
    /// <param name="data">The packet's bytes, which are overwritten when it is handed over.</param>
    /// <param name="packet">The same, parsed.</param>
    /// <returns>Whether it was handed over.</returns>
    internal bool TryHandOver(Span<byte> data, OffloadedPacket packet)
    {
        if (Volatile.Read(ref _taken) is not { } taken)
        {
            return false;
        }

        if (!Ipv4Udp.TryFindData(packet, out var start, out var length))
        {
            return false;
        }

        var udp = packet.Ip.TransportOffset;
        foreach (var port in taken)
        {
            if (port.IsDestination(data.Slice(16, 4), data.Slice(udp + 2, 2)))
            {
                var step = packet.IsSuper ? packet.Offload.GsoSize : length;
                HandOver(data[..(start + length)], start, step, udp, port.Taker);
                return true;
            }
        }

        return false;
    }

    private static void HandOver(Span<byte> data, int start, int step, int udp, IDatagramTaker taker)
    {
        var address = BinaryPrimitives.ReadUInt32BigEndian(data[12..]);
        var port = BinaryPrimitives.ReadUInt16BigEndian(data[udp..]);

        // The sender's address takes the place of what stands before each datagram and is not needed any more: nothing is copied.
        for (var at = start; at < data.Length; at += step)
        {
            var frame = data[(at - AddressedFrame.Ipv4HeaderLength)..Math.Min(at + step, data.Length)];
            AddressedFrame.WriteIpv4Source(frame, address, port);
            taker.Take(frame);
        }
    }
}
