namespace GostBt.Engine.Tun;

/// <summary>
/// A TUN device whose packets carry a vnet header (<see cref="Packets.VnetHeader"/>). One thread reads; any number write.
/// </summary>
/// <remarks>
/// Not asynchronous on purpose: reads belong to a thread of their own that <see cref="WaitReadable"/> parks and
/// <see cref="Stop"/> wakes, because a thread pool hop per batch costs more than the read.
/// </remarks>
internal interface ITunDevice : IDisposable
{
    /// <summary>Bytes a read may need: a vnet header and the longest IP packet.</summary>
    const int FrameCapacity = Packets.VnetHeader.Size + 65535;

    /// <summary>The interface's name.</summary>
    string Name { get; }

    /// <summary>Whether it gains by super-packets. Where it does not, it cuts those it is given.</summary>
    bool TakesSuperPackets => true;

    /// <summary>Whether UDP super-packets may be written, too (Linux 6.2 and later).</summary>
    bool TakesUdpSuperPackets { get; }

    /// <summary>Reads one packet if there is one.</summary>
    /// <param name="buffer">At least <see cref="FrameCapacity"/> bytes.</param>
    /// <returns>Bytes of vnet header and packet, 0 when nothing is readable now.</returns>
    /// <exception cref="IOException">The device is gone.</exception>
    int TryRead(Span<byte> buffer);

    /// <summary>Blocks until something is readable.</summary>
    /// <returns>False once <see cref="Stop"/> was called.</returns>
    bool WaitReadable();

    /// <summary>Writes one packet with its vnet header. A packet the kernel refuses is lost, as on any link.</summary>
    /// <exception cref="IOException">The device is gone.</exception>
    void Write(ReadOnlySpan<byte> frame);

    /// <summary>Makes <see cref="WaitReadable"/> return false, now and ever after.</summary>
    void Stop();
}
