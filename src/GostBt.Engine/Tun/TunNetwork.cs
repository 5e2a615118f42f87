using System.Net;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>One entry of <c>net</c>: this end's address and how much of it is the network.</summary>
/// <param name="Address">This end's own address.</param>
/// <param name="PrefixLength">0 to 32 or 128.</param>
internal sealed record TunNetwork(IPAddress Address, int PrefixLength)
{
    private readonly UInt128 _mask = Mask(Address, PrefixLength);
    private readonly UInt128 _network = TunnelAddress.From(Address).Bits & Mask(Address, PrefixLength);

    /// <summary>This end's own address as keepalives carry it.</summary>
    internal TunnelAddress Own { get; } = TunnelAddress.From(Address);

    /// <summary>Whether an address lies in the network.</summary>
    internal bool Contains(TunnelAddress address) => (address.Bits & _mask) == _network;

    /// <summary>Parses <c>192.168.123.1/24</c> or <c>fd00::1/64</c>.</summary>
    internal static bool TryParse(string text, out TunNetwork? network)
    {
        network = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address))
        {
            return false;
        }

        if (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out var prefix))
        {
            return false;
        }

        if (prefix > address.GetAddressBytes().Length * 8)
        {
            return false;
        }

        network = new TunNetwork(address, prefix);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";

    private static UInt128 Mask(IPAddress address, int prefixLength)
    {
        var bits = prefixLength + (TunnelAddress.From(address).IsIpv4 ? 96 : 0);
        return bits == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - bits);
    }
}
