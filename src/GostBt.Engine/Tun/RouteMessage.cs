using System.Runtime.InteropServices;

namespace GostBt.Engine.Tun;

/// <summary>One rtnetlink request under construction (man 7 rtnetlink): header, a fixed part, then attributes, each padded to four bytes.</summary>
internal sealed class RouteMessage
{
    private const int HeaderSize = 16;
    private const ushort FlagRequest = 0x1;
    private const ushort FlagAcknowledge = 0x4;

    private readonly byte[] _bytes = new byte[256];
    private int _length = HeaderSize;

    internal RouteMessage(ushort type, ushort flags, ReadOnlySpan<byte> fixedPart)
    {
        var all = (ushort)(flags | FlagRequest | FlagAcknowledge);
        MemoryMarshal.Write(_bytes.AsSpan(4), in type);
        MemoryMarshal.Write(_bytes.AsSpan(6), in all);
        fixedPart.CopyTo(_bytes.AsSpan(_length));
        _length += fixedPart.Length;
    }

    /// <summary>Adds an attribute.</summary>
    internal RouteMessage With(ushort type, ReadOnlySpan<byte> value)
    {
        var size = (ushort)(4 + value.Length);
        MemoryMarshal.Write(_bytes.AsSpan(_length), in size);
        MemoryMarshal.Write(_bytes.AsSpan(_length + 2), in type);
        value.CopyTo(_bytes.AsSpan(_length + 4));
        _length += (size + 3) & ~3;
        return this;
    }

    /// <summary>Adds an attribute of four bytes.</summary>
    internal RouteMessage With(ushort type, int value) => With(type, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    /// <summary>The finished request.</summary>
    internal ReadOnlySpan<byte> Finish()
    {
        MemoryMarshal.Write(_bytes, in _length);
        return _bytes.AsSpan(0, _length);
    }
}
