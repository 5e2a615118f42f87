using System.Net;
using System.Net.Sockets;
using System.Text;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>SOCKS5's address form (RFC 1928, section 5): type, address or name, port.</summary>
internal static class Socks5Address
{
    private const byte IPv4 = 1;
    private const byte Name = 3;
    private const byte IPv6 = 4;

    /// <summary>An address as such, anything else as a name for the proxy to resolve.</summary>
    public static byte[] Encode(string host, int port)
    {
        byte[] portBytes = [(byte)(port >> 8), (byte)port];
        if (IPAddress.TryParse(host, out var address))
        {
            return [address.AddressFamily == AddressFamily.InterNetwork ? IPv4 : IPv6, .. address.GetAddressBytes(), .. portBytes];
        }

        var name = Encoding.UTF8.GetBytes(host);
        return name.Length is > 0 and <= 255
            ? [Name, (byte)name.Length, .. name, .. portBytes]
            : throw new GostBtException(GostBtFailure.InvalidInput, "A host name has 1 to 255 bytes.", "Check the name.");
    }

    /// <summary>Bytes of address and port that follow the type.</summary>
    /// <param name="type">The address type.</param>
    /// <param name="otherwise">Answers for types that are no address.</param>
    public static int LengthOf(byte type, Func<int> otherwise) => type switch
    {
        IPv4 => 6,
        IPv6 => 18,
        _ => otherwise(),
    };

    /// <param name="addressAndPort">6 or 18 bytes.</param>
    public static IPEndPoint ToEndPoint(byte[] addressAndPort) => BitTorrent.CompactEndPoints.Decode(addressAndPort, addressAndPort.Length)[0];
}
