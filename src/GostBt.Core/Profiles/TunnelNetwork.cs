using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>The tunnel's IPv4 network. The server's TUN takes its first address.</summary>
public sealed record TunnelNetwork
{
    private readonly uint _base;

    private TunnelNetwork(uint networkBase, int prefix)
    {
        _base = networkBase;
        PrefixLength = prefix;
    }

    /// <summary>8 to 30.</summary>
    public int PrefixLength { get; }

    /// <summary>The network's own address.</summary>
    public IPAddress Address => ToAddress(_base);

    /// <summary>The first address, the server's.</summary>
    public IPAddress ServerAddress => ToAddress(_base + 1);

    /// <summary>The second address, the client's unless it has another.</summary>
    public IPAddress FirstClient => ToAddress(_base + 2);

    /// <param name="cidr">Such as <c>192.168.123.0/24</c>, without host bits.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>.</exception>
    public static TunnelNetwork Parse(string cidr)
    {
        var parts = cidr.Split('/');
        if (parts.Length == 2
            && IPAddress.TryParse(parts[0], out var address)
            && address.AddressFamily == AddressFamily.InterNetwork
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            && prefix is >= 8 and <= 30)
        {
            var network = new TunnelNetwork(ToNumber(address), prefix);
            if ((network._base & ~network.Mask) == 0 && network.ToString() == cidr)
            {
                return network;
            }
        }

        throw new GostBtException(
            GostBtFailure.InvalidInput,
            $"'{cidr}' is not a tunnel network.",
            "Give an IPv4 network with a prefix of 8 to 30 bits and no host bits, such as 192.168.123.0/24.");
    }

    /// <summary>Whether an address is one a host in the network can have.</summary>
    public bool HasHost(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        var number = ToNumber(address);
        return (number & Mask) == _base && number != _base && number != (_base | ~Mask);
    }

    /// <summary>Whether two networks share an address.</summary>
    public bool Overlaps(TunnelNetwork other)
    {
        var mask = Mask & other.Mask;
        return (_base & mask) == (other._base & mask);
    }

    /// <inheritdoc/>
    public override string ToString() => Address + "/" + PrefixLength.ToString(CultureInfo.InvariantCulture);

    private uint Mask => uint.MaxValue << (32 - PrefixLength);

    private static uint ToNumber(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
    }

    private static IPAddress ToAddress(uint number) => new([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
}
