namespace GostBt.Engine.Packets;

/// <summary>Completes a checksum that a kernel left to the device, for protocols that <see cref="OffloadedPacket"/> does not know.</summary>
public static class PartialChecksum
{
    /// <summary>Sums from the header's start and writes the result, in place. The field holds the pseudo header's sum before.</summary>
    /// <returns>False when the header points outside the packet.</returns>
    public static bool TryComplete(Span<byte> packet, VnetHeader header)
    {
        var field = header.ChecksumStart + header.ChecksumOffset;
        if (header.ChecksumStart >= packet.Length || field + 2 > packet.Length)
        {
            return false;
        }

        InternetChecksum.Write(packet.Slice(field, 2), InternetChecksum.Add(packet[header.ChecksumStart..]));
        return true;
    }
}
