using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GostBt.Engine.Bypasses;

/// <summary>Addresses of one family from one to another, both included, as numbers. Those inside ::ffff:0:0/96 are the IPv4 addresses they stand for.</summary>
internal readonly record struct AddressRange(AddressFamily Family, UInt128 First, UInt128 Last)
{
    private const ulong Mapped = 0xffff_0000_0000;

    /// <summary>Reads an address, <c>first-last</c>, or <c>address/prefix</c>.</summary>
    internal static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            return IPAddress.TryParse(text.AsSpan(0, slash), out var network) && IsLiteral(text.AsSpan(0, slash), network)
                && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
                && TryNetwork(network, prefix, out range);
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var first = (dash < 0 ? text : text[..dash]).Trim();
        var last = (dash < 0 ? text : text[(dash + 1)..]).Trim();
        if (!IPAddress.TryParse(first, out var from) || !IsLiteral(first, from)
            || !IPAddress.TryParse(last, out var to) || !IsLiteral(last, to)
            || from.AddressFamily != to.AddressFamily || Number(from) > Number(to))
        {
            return false;
        }

        range = Of(from.AddressFamily, Number(from), Number(to));
        return true;
    }

    internal static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    // What is asked about is never a mapped address (Ipv4Forms.Plain), so a rule in such words must be one about IPv4, or it never matches.
    private static AddressRange Of(AddressFamily family, UInt128 first, UInt128 last) =>
        family == AddressFamily.InterNetworkV6 && first >= Mapped && last <= Mapped + uint.MaxValue
            ? new AddressRange(AddressFamily.InterNetwork, first - Mapped, last - Mapped)
            : new AddressRange(family, first, last);

    // .NET also takes 127.1, 010.0.0.1 (octal) and [::1]:80 for addresses, which nobody who wrote them meant.
    private static bool IsLiteral(ReadOnlySpan<char> text, IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? !text.ContainsAny('[', '%')
        : text.SequenceEqual(address.ToString());

    private static bool TryNetwork(IPAddress network, int prefix, out AddressRange range)
    {
        range = default;
        var bits = network.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (prefix < 0 || prefix > bits)
        {
            return false;
        }

        var all = bits == 32 ? uint.MaxValue : UInt128.MaxValue;
        var hosts = prefix == 0 ? all : all >> prefix;
        var first = Number(network) & ~hosts & all;
        range = Of(network.AddressFamily, first, first | hosts);
        return true;
    }
}
