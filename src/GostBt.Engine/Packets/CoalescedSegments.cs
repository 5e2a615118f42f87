using System.Buffers.Binary;

namespace GostBt.Engine.Packets;

/// <summary>The segments of one TCP flow that are being merged.</summary>
internal sealed class CoalescedSegments
{
    private const int LongestPacket = ushort.MaxValue;
    private const int TcpFlags = 13;
    private const int TcpChecksum = 16;
    private const byte Push = 0x08;

    private readonly byte[] _frame = GC.AllocateUninitializedArray<byte>(VnetHeader.Size + LongestPacket, pinned: true);
    private int _length;
    private int _transport;
    private int _header;
    private int _segmentSize;
    private int _segments;
    private uint _nextSequence;

    /// <summary>Whether nothing is held back.</summary>
    internal bool IsEmpty => _segments == 0;

    /// <summary>Whether nothing may follow: the last segment was pushed, or shorter than the others.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Whether a TCP packet belongs to the flow: addresses and ports.</summary>
    internal bool IsSameFlow(OffloadedPacket packet)
    {
        if (packet.Ip.TransportOffset != _transport || packet.Data.Length < _transport + 4)
        {
            return false;
        }

        var addresses = _transport == 20 ? 12 : 8;
        return packet.Data[addresses..(_transport + 4)].SequenceEqual(Held[addresses..(_transport + 4)]);
    }

    /// <summary>Starts with a first segment.</summary>
    internal void Begin(TcpSegment segment)
    {
        segment.Packet.CopyTo(_frame.AsSpan(VnetHeader.Size));
        _length = segment.Packet.Length;
        _transport = segment.TransportOffset;
        _header = segment.Header;
        _segmentSize = segment.Payload.Length;
        _segments = 1;
        _nextSequence = segment.Sequence + (uint)segment.Payload.Length;
        IsComplete = segment.IsPushed;
    }

    /// <summary>Adds a segment of the same flow.</summary>
    /// <returns>False when it does not follow, or does not fit.</returns>
    internal bool TryAppend(TcpSegment segment)
    {
        var payload = segment.Payload;
        if (segment.Sequence != _nextSequence || segment.Header != _header || payload.Length > _segmentSize
            || _length + payload.Length > LongestPacket || !segment.HasSameHeaders(Held))
        {
            return false;
        }

        payload.CopyTo(_frame.AsSpan(VnetHeader.Size + _length));
        _length += payload.Length;
        _nextSequence += (uint)payload.Length;
        _segments++;
        segment.Window.CopyTo(_frame.AsSpan(VnetHeader.Size + _transport + TcpSegment.WindowOffset));
        if (segment.IsPushed)
        {
            _frame[VnetHeader.Size + _transport + TcpFlags] |= Push;
        }

        IsComplete = segment.IsPushed || payload.Length < _segmentSize;
        return true;
    }

    /// <summary>Writes what is held back, if anything.</summary>
    internal void WriteTo(PacketCoalescer.FrameWriter write)
    {
        if (_segments == 0)
        {
            return;
        }

        (_segments > 1 ? FinishSuperPacket() : default).Write(_frame);
        _segments = 0;
        write(_frame.AsSpan(0, VnetHeader.Size + _length));
    }

    private ReadOnlySpan<byte> Held => _frame.AsSpan(VnetHeader.Size, _length);

    private VnetHeader FinishSuperPacket()
    {
        var packet = _frame.AsSpan(VnetHeader.Size, _length);
        var isIpv4 = _transport == 20;
        if (isIpv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)_length);
            Ipv4Header.WriteChecksum(packet[.._transport]);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(_length - _transport));
        }

        var addresses = isIpv4 ? packet.Slice(12, 8) : packet.Slice(8, 32);
        var pseudo = InternetChecksum.Pseudo(addresses, IpProtocol.Tcp, _length - _transport);
        InternetChecksum.WriteFolded(packet[(_transport + TcpChecksum)..], InternetChecksum.Fold(pseudo));
        return new VnetHeader(
            VnetHeader.NeedsChecksum,
            isIpv4 ? VnetHeader.GsoTcp4 : VnetHeader.GsoTcp6,
            (ushort)_header,
            (ushort)_segmentSize,
            (ushort)_transport,
            TcpChecksum);
    }
}
