using System.Buffers.Binary;

namespace GostBt.Engine.Packets;

/// <summary>
/// Cuts a super-packet into the packets it stands for, as a network card would (TSO, USO): lengths, IPv4 identification, TCP
/// sequence numbers and flags, checksums. A packet that is not super yields itself, its checksum completed.
/// </summary>
public ref struct PacketSegmenter
{
    private const byte TcpFin = 0x01;
    private const byte TcpPush = 0x08;
    private const byte TcpCongestionWindowReduced = 0x80;
    private const int TcpFlags = 13;

    private readonly OffloadedPacket _packet;
    private readonly ulong _pseudo;
    private readonly int _header;
    private readonly int _step;
    private int _index;
    private int _next;

    public PacketSegmenter(OffloadedPacket packet)
    {
        _packet = packet;
        _header = packet.Offload.IsPlain ? packet.Data.Length : packet.Offload.HeaderLength;
        _step = packet.IsSuper ? packet.Offload.GsoSize : int.MaxValue;
        _next = _header;
        if (!packet.Offload.IsPlain)
        {
            _pseudo = InternetChecksum.Pseudo(packet.Ip.Addresses(packet.Data), packet.Ip.Protocol, 0);
        }
    }

    /// <summary>Bytes of the longest segment.</summary>
    public readonly int MaximumLength => (int)Math.Min(_packet.Data.Length, (long)_header + _step);

    /// <summary>Whether none is left.</summary>
    public readonly bool IsFinished => _index > 0 && _next >= _packet.Data.Length;

    /// <summary>Writes the next segment.</summary>
    /// <param name="destination">At least <see cref="MaximumLength"/> bytes.</param>
    /// <param name="length">The bytes written.</param>
    /// <returns>False when there is none left.</returns>
    public bool TryWriteNext(Span<byte> destination, out int length)
    {
        var data = _packet.Data;
        length = 0;
        if (IsFinished)
        {
            return false;
        }

        var payload = Math.Min(_step, data.Length - _next);
        length = _header + payload;
        data[.._header].CopyTo(destination);
        data.Slice(_next, payload).CopyTo(destination[_header..]);
        _next += payload;

        if (_packet.IsSuper)
        {
            Renumber(destination[..length], isLast: _next >= data.Length);
        }

        if (!_packet.Offload.IsPlain)
        {
            CompleteChecksum(destination[..length]);
        }

        _index++;
        return true;
    }

    private readonly void Renumber(Span<byte> segment, bool isLast)
    {
        if (_packet.Ip.Version == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)segment.Length);
            var identification = BinaryPrimitives.ReadUInt16BigEndian(segment[4..]);
            BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)(identification + _index));
            Ipv4Header.WriteChecksum(segment[.._packet.Ip.TransportOffset]);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)(segment.Length - 40));
        }

        var transport = segment[_packet.Ip.TransportOffset..];
        if (_packet.Ip.Protocol == IpProtocol.Udp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)transport.Length);
            return;
        }

        var sequence = BinaryPrimitives.ReadUInt32BigEndian(transport[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(transport[4..], sequence + ((uint)_index * (uint)_step));
        if (!isLast)
        {
            transport[TcpFlags] &= unchecked((byte)~(TcpFin | TcpPush));
        }

        if (_index > 0)
        {
            transport[TcpFlags] &= unchecked((byte)~TcpCongestionWindowReduced);
        }
    }

    private readonly void CompleteChecksum(Span<byte> segment)
    {
        var transport = segment[_packet.Offload.ChecksumStart..];
        var field = transport.Slice(_packet.Offload.ChecksumOffset, 2);
        field.Clear();
        var sum = InternetChecksum.Add(transport, InternetChecksum.Join(_pseudo, InternetChecksum.Pseudo([], 0, transport.Length)));
        InternetChecksum.Write(field, sum);

        // RFC 768: a computed zero is sent as all ones, zero means none.
        if (_packet.Ip.Protocol == IpProtocol.Udp && field[0] == 0 && field[1] == 0)
        {
            field.Fill(0xFF);
        }
    }
}
