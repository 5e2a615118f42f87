using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GostBt.Engine.Packets;

/// <summary>
/// The ones' complement sum of RFC 1071. Sums are kept in the machine's own byte order, which the arithmetic allows; only
/// <see cref="Write"/> and the numbers given to <see cref="Pseudo"/> have to know about it.
/// </summary>
public static class InternetChecksum
{
    /// <summary>Adds <paramref name="data"/>, which begins at an even offset of what is summed, to <paramref name="sum"/>.</summary>
    /// <returns>An unfolded sum: give it to another call, or to <see cref="Fold"/>.</returns>
    public static ulong Add(ReadOnlySpan<byte> data, ulong sum = 0)
    {
        ref var start = ref MemoryMarshal.GetReference(data);
        nuint offset = 0;
        var length = (nuint)data.Length;

        if (Vector256.IsHardwareAccelerated && length >= 64)
        {
            // Eight 32-bit words at a time, widened to 64 bits: no lane can overflow within 64 KiB.
            var low = Vector256<ulong>.Zero;
            var high = Vector256<ulong>.Zero;
            for (; offset + 64 <= length; offset += 64)
            {
                var (a, b) = Vector256.Widen(Vector256.LoadUnsafe(ref start, offset).AsUInt32());
                var (c, d) = Vector256.Widen(Vector256.LoadUnsafe(ref start, offset + 32).AsUInt32());
                low += a + c;
                high += b + d;
            }

            sum = Join(sum, Vector256.Sum(low + high));
        }

        for (; offset + 8 <= length; offset += 8)
        {
            sum = Join(sum, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset)));
        }

        if (offset + 4 <= length)
        {
            sum = Join(sum, Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, offset)));
            offset += 4;
        }

        if (offset + 2 <= length)
        {
            sum = Join(sum, Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref start, offset)));
            offset += 2;
        }

        if (offset < length)
        {
            var last = Unsafe.Add(ref start, offset);
            sum = Join(sum, BitConverter.IsLittleEndian ? last : (ulong)last << 8);
        }

        return sum;
    }

    /// <summary>The sum of the pseudo header of TCP and UDP (RFC 9293 section 3.1, RFC 8200 section 8.1).</summary>
    /// <param name="addresses">Source and destination, 8 or 32 bytes, as they stand in the IP header.</param>
    /// <param name="protocol">6 or 17.</param>
    /// <param name="length">Bytes from the transport header to the end of the packet.</param>
    public static ulong Pseudo(ReadOnlySpan<byte> addresses, byte protocol, int length) =>
        Join(Join(Add(addresses), NetworkOrder(protocol)), NetworkOrder((ushort)length));

    /// <summary>Adds two unfolded sums: what does not fit into 64 bits goes round to the lowest one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Join(ulong sum, ulong other)
    {
        sum += other;
        return sum < other ? sum + 1 : sum;
    }

    /// <summary>Folds a sum to 16 bits, in the machine's byte order, not inverted.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)((sum & 0xFFFF) + (sum >> 16));
    }

    /// <summary>Writes the inverted, folded sum: the value of an IPv4 or TCP checksum field.</summary>
    public static void Write(Span<byte> field, ulong sum) => WriteFolded(field, (ushort)~Fold(sum));

    /// <summary>Writes a folded sum as it is: what a partial checksum (NEEDS_CSUM) expects in the field.</summary>
    public static void WriteFolded(Span<byte> field, ushort folded) => MemoryMarshal.Write(field, in folded);

    /// <summary>Whether a range that includes its checksum field adds up.</summary>
    public static bool Holds(ulong sum) => Fold(sum) == 0xFFFF;

    private static ulong NetworkOrder(ushort value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
