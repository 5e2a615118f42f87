using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>
/// The tunnel's IPv6 network, of unique local addresses (RFC 4193): the server's TUN has its first address, this PC's the second. It exists where the
/// server publishes IPv6 and the tunnel's MTU is at least IPv6's least.
/// </summary>
public sealed record TunnelNetwork6
{
    /// <summary>IPv6's least MTU, bytes (RFC 8200, section 5).</summary>
    public const int LeastMtu = 1280;

    private static readonly byte[] Prefix48 = [0xfd, 0x7a, 0x6f, 0x73, 0x74, 0x62];

    private TunnelNetwork6(IPAddress address, int prefixLength)
    {
        Address = address;
        PrefixLength = prefixLength;
    }

    /// <summary>The network's own address.</summary>
    public IPAddress Address { get; }

    /// <summary>64 to 126.</summary>
    public int PrefixLength { get; }

    /// <summary>The first address, the server's.</summary>
    public IPAddress ServerAddress => Host(1);

    /// <summary>The second address, this PC's.</summary>
    public IPAddress ClientAddress => Host(2);

    /// <summary>The network of a deployed profile's tunnel; null when its server publishes no IPv6 or its MTU is too small for it.</summary>
    public static TunnelNetwork6? Of(Profile profile) =>
        profile.Server.PublicAddress6 is null || profile.Tunnel.Mtu < LeastMtu ? null : For(profile.Tunnel);

    /// <summary>The network that a tunnel's settings name, or the one that belongs to their IPv4 network.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static TunnelNetwork6 For(ProfileTunnel tunnel) =>
        tunnel.Network6 is { } given ? Parse(given) : DerivedFrom(TunnelNetwork.Parse(tunnel.Network));

    /// <param name="cidr">Such as <c>fd7a:6f73:7462:1::/64</c>, without host bits.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static TunnelNetwork6 Parse(string cidr)
    {
        var parts = cidr.Split('/');
        if (parts.Length == 2
            && IPAddress.TryParse(parts[0], out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            && address.ScopeId == 0
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            && prefix is >= 64 and <= 126
            && address.GetAddressBytes() is var bytes
            && bytes[0] == 0xfd
            && HasNoHostBits(bytes, prefix))
        {
            return new TunnelNetwork6(address, prefix);
        }

        throw new GostBtException(
            GostBtFailure.InvalidInput,
            $"'{cidr}' is not an IPv6 tunnel network.",
            "Give a network of unique local addresses (fd00::/8) with a prefix of 64 to 126 bits and no host bits, such as fd7a:6f73:7462:1::/64, or none at all.");
    }

    /// <summary>Whether an address is in both.</summary>
    public bool Overlaps(TunnelNetwork6 other)
    {
        var (one, two) = (Address.GetAddressBytes(), other.Address.GetAddressBytes());
        return Enumerable.Range(0, Math.Min(PrefixLength, other.PrefixLength)).All(bit => ((one[bit / 8] ^ two[bit / 8]) & (0x80 >> (bit % 8))) == 0);
    }

    /// <inheritdoc/>
    public override string ToString() => Address + "/" + PrefixLength.ToString(CultureInfo.InvariantCulture);

    // Networks that differ in their upper or in their lower half only, which is how people choose them, never share a result.
    private static TunnelNetwork6 DerivedFrom(TunnelNetwork network)
    {
        var four = network.Address.GetAddressBytes();
        var bytes = new byte[16];
        Prefix48.CopyTo(bytes, 0);
        bytes[6] = (byte)(four[0] ^ four[2]);
        bytes[7] = (byte)(four[1] ^ four[3]);
        return new TunnelNetwork6(new IPAddress(bytes), 64);
    }

    private static bool HasNoHostBits(byte[] bytes, int prefix)
    {
        for (var bit = prefix; bit < 128; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private IPAddress Host(byte number)
    {
        var bytes = Address.GetAddressBytes();
        bytes[15] |= number;
        return new IPAddress(bytes);
    }
}
