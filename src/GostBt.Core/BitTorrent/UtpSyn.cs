namespace GostBt.BitTorrent;

/// <summary>The packet that opens a uTP connection (BEP 29): BitTorrent clients with the DHT switched off still answer it.</summary>
public static class UtpSyn
{
    private const int HeaderLength = 20;
    private const byte Version1Syn = 0x41;
    private const byte SynType = 4;

    /// <param name="connectionId">Chosen at random; the answer repeats it.</param>
    public static byte[] Encode(ushort connectionId)
    {
        var packet = new byte[HeaderLength];
        packet[0] = Version1Syn;
        packet[2] = (byte)(connectionId >> 8);
        packet[3] = (byte)connectionId;
        packet[13] = 0x10; // a receive window of 1 MiB
        packet[17] = 1; // the first sequence number
        return packet;
    }

    /// <param name="datagram">What came.</param>
    /// <param name="connectionId">The SYN's.</param>
    /// <returns>Whether a uTP speaker answers it: usually with STATE, but libtorrent may end (FIN) or reset what it will not keep.</returns>
    public static bool IsAnswered(byte[] datagram, ushort connectionId) =>
        datagram.Length >= HeaderLength
        && (datagram[0] & 0x0f) == 1
        && datagram[0] >> 4 < SynType
        && datagram[2] == (byte)(connectionId >> 8)
        && datagram[3] == (byte)connectionId;
}
