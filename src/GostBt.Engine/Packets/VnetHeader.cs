using System.Buffers.Binary;

namespace GostBt.Engine.Packets;

/// <summary>
/// <c>virtio_net_hdr</c> (linux/virtio_net.h), little-endian: what stands before each packet read from or written to a TUN with
/// IFF_VNET_HDR, and before super-packets between two bundled ends.
/// </summary>
/// <param name="Flags"><see cref="NeedsChecksum"/>, <see cref="DataValid"/>.</param>
/// <param name="GsoType">One of <see cref="GsoNone"/>, <see cref="GsoTcp4"/>, <see cref="GsoTcp6"/>, <see cref="GsoUdp"/>.</param>
/// <param name="HeaderLength">Bytes of IP and transport header. Not to be trusted when read.</param>
/// <param name="GsoSize">Payload bytes of each segment.</param>
/// <param name="ChecksumStart">Where summing begins.</param>
/// <param name="ChecksumOffset">Where the checksum goes, from there.</param>
public readonly record struct VnetHeader(
    byte Flags, byte GsoType, ushort HeaderLength, ushort GsoSize, ushort ChecksumStart, ushort ChecksumOffset)
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 10;

    public const byte NeedsChecksum = 1;

    public const byte DataValid = 2;

    public const byte GsoNone = 0;

    public const byte GsoTcp4 = 1;

    public const byte GsoTcp6 = 4;

    public const byte GsoUdp = 5;

    /// <summary>Whether the packet is complete in itself and the header could be left off.</summary>
    public bool IsPlain => GsoType == GsoNone && (Flags & NeedsChecksum) == 0;

    public static VnetHeader Read(ReadOnlySpan<byte> source) => new(
        source[0],
        source[1],
        BinaryPrimitives.ReadUInt16LittleEndian(source[2..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[6..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[8..]));

    public void Write(Span<byte> destination)
    {
        destination[0] = Flags;
        destination[1] = GsoType;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], GsoSize);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], ChecksumStart);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], ChecksumOffset);
    }
}
