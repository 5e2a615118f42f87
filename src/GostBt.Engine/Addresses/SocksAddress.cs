using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GostBt.Engine.Addresses;

/// <summary>
/// The address form of SOCKS5 (RFC 1928 section 5), which gost's relay protocol shares (go-gost/relay AddrFeature): a type byte, the
/// address or a name with its length, the port big-endian.
/// </summary>
internal static class SocksAddress
{
    internal const byte IPv4 = 1;
    internal const byte Name = 3;
    internal const byte IPv6 = 4;

    /// <summary>Type, length byte, 255 bytes of name, port.</summary>
    internal const int MaximumLength = 1 + 1 + byte.MaxValue + 2;

    /// <summary>The bytes the address at the start of <paramref name="data"/> takes; 0 where more is needed to tell, -1 for an unknown type.</summary>
    internal static int Length(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return 0;
        }

        return data[0] switch
        {
            IPv4 => 1 + 4 + 2,
            IPv6 => 1 + 16 + 2,
            Name => data.Length < 2 ? 0 : 1 + 1 + data[1] + 2,
            _ => -1,
        };
    }

    /// <returns>False for an unknown type, too few bytes, or a name that is empty (which systems take for themselves) or not plain visible ASCII.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> data, out Destination destination, out int length)
    {
        destination = default;
        length = Length(data);
        if (length <= 0 || data.Length < length)
        {
            return false;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(data[(length - 2)..]);
        if (data[0] != Name)
        {
            destination = new Destination(null, Ipv4Forms.Plain(new IPAddress(data[1..(length - 2)])), port);
            return true;
        }

        var name = data[2..(length - 2)];
        if (name.IsEmpty || name.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            return false;
        }

        destination = Destination.Of(Encoding.ASCII.GetString(name), port);
        return true;
    }

    /// <summary>Writes an address; <paramref name="into"/> must have <see cref="MaximumLength"/> bytes.</summary>
    /// <returns>The bytes written.</returns>
    internal static int Write(Span<byte> into, in Destination destination)
    {
        int length;
        if (destination.Address is { } address)
        {
            into[0] = address.AddressFamily == AddressFamily.InterNetwork ? IPv4 : IPv6;
            address.TryWriteBytes(into[1..], out var written);
            length = 1 + written;
        }
        else
        {
            into[0] = Name;
            into[1] = (byte)Encoding.ASCII.GetBytes(destination.Name!, into.Slice(2, byte.MaxValue));
            length = 2 + into[1];
        }

        BinaryPrimitives.WriteUInt16BigEndian(into[length..], (ushort)destination.Port);
        return length + 2;
    }
}
