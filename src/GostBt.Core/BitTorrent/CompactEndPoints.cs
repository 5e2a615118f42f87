using System.Net;
using System.Net.Sockets;

namespace GostBt.BitTorrent;

/// <summary>Endpoints as trackers and the DHT pack them (BEP 23, BEP 7): address, then port, in network order; 6 bytes in IPv4, 18 in IPv6.</summary>
public static class CompactEndPoints
{
    /// <summary>Bytes of a packed IPv4 endpoint.</summary>
    public const int IPv4Length = 6;

    /// <summary>Bytes of a packed IPv6 endpoint.</summary>
    public const int IPv6Length = 18;

    /// <param name="endPoint">IPv4 or IPv6.</param>
    public static byte[] Encode(IPEndPoint endPoint) => [.. endPoint.Address.GetAddressBytes(), (byte)(endPoint.Port >> 8), (byte)endPoint.Port];

    /// <param name="data">Packed endpoints, one after the other.</param>
    /// <param name="length"><see cref="IPv4Length"/> or <see cref="IPv6Length"/>.</param>
    /// <exception cref="FormatException">Not a whole number of endpoints.</exception>
    public static IReadOnlyList<IPEndPoint> Decode(byte[] data, int length)
    {
        if (data.Length % length != 0)
        {
            throw new FormatException($"{data.Length} bytes are not a whole number of endpoints of {length} bytes.");
        }

        var endPoints = new IPEndPoint[data.Length / length];
        for (var i = 0; i < endPoints.Length; i++)
        {
            var address = new byte[length - 2];
            Array.Copy(data, i * length, address, 0, address.Length);
            endPoints[i] = new IPEndPoint(new IPAddress(address), (data[(i * length) + length - 2] << 8) | data[(i * length) + length - 1]);
        }

        return endPoints;
    }

    internal static int LengthFor(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPv6Length : IPv4Length;
}
