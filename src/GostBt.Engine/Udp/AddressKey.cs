using System.Buffers.Binary;
using GostBt.Engine.Addresses;

namespace GostBt.Engine.Udp;

/// <summary>An address and port as they stand in a frame, to look up what was decided about them without making an object a datagram.</summary>
internal readonly record struct AddressKey(byte Type, UInt128 Address, ushort Port)
{
    /// <param name="address">A SOCKS5 address of type IPv4 or IPv6.</param>
    internal static AddressKey Of(ReadOnlySpan<byte> address) => address[0] == SocksAddress.IPv4
        ? new(SocksAddress.IPv4, BinaryPrimitives.ReadUInt32BigEndian(address[1..]), BinaryPrimitives.ReadUInt16BigEndian(address[5..]))
        : new(SocksAddress.IPv6, BinaryPrimitives.ReadUInt128BigEndian(address[1..]), BinaryPrimitives.ReadUInt16BigEndian(address[17..]));
}
