namespace GostBt.Engine.Tun;

/// <summary>Relay UDP frames one after the other (two bytes of length, big-endian, then the datagram), ready to be sent in one write.</summary>
internal sealed class FrameBatch(int capacity)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    /// <summary>Bytes used.</summary>
    internal int Length { get; set; }

    /// <summary>The frames.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>What is free.</summary>
    internal Span<byte> Free => _bytes.AsSpan(Length);
}
