namespace GostBt.Engine.Packets;

/// <summary>The part of IPv4 that rewriting a packet touches.</summary>
public static class Ipv4Header
{
    /// <summary>Computes the header checksum anew.</summary>
    /// <param name="header">The header with its options, nothing else.</param>
    public static void WriteChecksum(Span<byte> header)
    {
        var field = header.Slice(10, 2);
        field.Clear();
        InternetChecksum.Write(field, InternetChecksum.Add(header));
    }
}
