using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>Gives the packets of one receiver to the TUN, merged where they came as plain packets.</summary>
internal sealed class TunWriter(ITunDevice device)
{
    private readonly PacketCoalescer _coalescer = new(device.Write);
    private byte[]? _segment;

    /// <summary>Parses what stands in <paramref name="room"/> as <see cref="IDatagramHandler.Handle"/> gets it.</summary>
    /// <param name="room">Ten bytes, then a packet, or a vnet header and a packet.</param>
    /// <param name="superPackets">Whether a vnet header may lead.</param>
    /// <param name="packet">The packet, checked.</param>
    internal static bool TryParse(ReadOnlySpan<byte> room, bool superPackets, out OffloadedPacket packet)
    {
        packet = default;
        if (room.Length <= VnetHeader.Size)
        {
            return false;
        }

        var datagram = room[VnetHeader.Size..];
        return HasHeader(room)
            ? superPackets && OffloadedPacket.TryParse(datagram, out packet)
            : OffloadedPacket.TryParsePlain(datagram, out packet);
    }

    /// <summary>The bytes of a packet parsed from <paramref name="room"/>, to be changed.</summary>
    internal static Span<byte> Bytes(Span<byte> room, OffloadedPacket packet) =>
        room.Slice(HasHeader(room) ? VnetHeader.Size + VnetHeader.Size : VnetHeader.Size, packet.Data.Length);

    /// <summary>Writes a packet parsed from <paramref name="room"/>, whose other bytes it may overwrite.</summary>
    internal void Write(Span<byte> room, OffloadedPacket packet)
    {
        if (device.TakesSuperPackets && _coalescer.TryAdd(packet))
        {
            return;
        }

        if (packet.Offload.GsoType == VnetHeader.GsoUdp && device.TakesSuperPackets && !device.TakesUdpSuperPackets)
        {
            WriteSegments(packet);
            return;
        }

        var frame = room.Slice(HasHeader(room) ? VnetHeader.Size : 0, VnetHeader.Size + packet.Data.Length);
        packet.Offload.Write(frame);
        device.Write(frame);
    }

    /// <summary>Writes what was held back to be merged.</summary>
    internal void Flush() => _coalescer.Flush();

    // A vnet header begins with its flags, 0 to 3; an IP packet with its version, 4 or 6, in the upper half.
    private static bool HasHeader(ReadOnlySpan<byte> room) => room[VnetHeader.Size] >> 4 == 0;

    // The far end's kernel makes super-packets of UDP, this one's is too old to take them.
    private void WriteSegments(OffloadedPacket packet)
    {
        var frame = (_segment ??= GC.AllocateUninitializedArray<byte>(ITunDevice.FrameCapacity, pinned: true)).AsSpan();
        frame[..VnetHeader.Size].Clear();
        var segmenter = new PacketSegmenter(packet);
        while (segmenter.TryWriteNext(frame[VnetHeader.Size..], out var length))
        {
            device.Write(frame[..(VnetHeader.Size + length)]);
        }
    }
}
