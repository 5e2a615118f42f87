using System.Runtime.InteropServices;
using GostBt.Engine.Packets;
using GostBt.Model;

namespace GostBt.Engine.Tun.Windows;

/// <summary>
/// A TUN of Windows through Wintun's ring buffers: one copy a packet, nothing allocated. Its packets are plain: super-packets are cut and checksums completed before they are
/// written. The adapter vanishes when it is disposed, or with the process.
/// </summary>
internal sealed unsafe class WintunDevice : ITunDevice
{
    /// <summary>What Windows shows as the adapter's kind.</summary>
    internal const string TunnelType = "GostBt";

    /// <summary>Bytes of each ring: 8 MiB hold some 40 ms of a gigabit, and longer bursts are better lost than late.</summary>
    internal const int RingCapacity = 8 * 1024 * 1024;

    [ThreadStatic]
    private static byte[]? _segment;

    private readonly IWintun _wintun;
    private readonly WintunSession _session;
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly WaitHandle[] _waits;

    private WintunDevice(IWintun wintun, WintunSession session, string name)
    {
        _wintun = wintun;
        _session = session;
        Name = name;
        _waits = [_stop, wintun.GetReadWaitEvent(session.DangerousGetHandle())];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool TakesUdpSuperPackets => false;

    /// <inheritdoc/>
    public bool TakesSuperPackets => false;

    /// <summary>Makes the adapter and gives it its addresses and MTU.</summary>
    /// <param name="wintun">The library.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="guid">Its identity, the same at every start.</param>
    /// <param name="setUp">Sets addresses and MTU of the adapter with this LUID.</param>
    /// <exception cref="GostBtException">No rights, no driver, or the name is taken.</exception>
    internal static WintunDevice Open(IWintun wintun, string name, Guid guid, Action<ulong> setUp)
    {
        var adapter = wintun.CreateAdapter(name, TunnelType, guid);
        if (adapter == 0)
            throw WintunErrors.Refused("the adapter", name, wintun.LastError);

        var session = wintun.StartSession(adapter, RingCapacity);
        if (session == 0)
        {
            var error = wintun.LastError;
            wintun.CloseAdapter(adapter);
            throw WintunErrors.Refused("a session on", name, error);
        }

        var owned = new WintunSession(wintun, adapter, session);
        try
        {
            setUp(wintun.GetAdapterLuid(adapter));
            return new WintunDevice(wintun, owned, name);
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int TryRead(Span<byte> buffer)
    {
        var held = false;
        try
        {
            _session.DangerousAddRef(ref held);
            var session = _session.DangerousGetHandle();
            var packet = _wintun.ReceivePacket(session, out var size);
            if (packet is null)
                return _wintun.LastError == WintunErrors.NoMoreItems ? 0 : throw Gone(_wintun.LastError);

            // Windows computes every checksum: nothing is left to this device.
            buffer[..VnetHeader.Size].Clear();
            new ReadOnlySpan<byte>(packet, size).CopyTo(buffer[VnetHeader.Size..]);
            _wintun.ReleaseReceivePacket(session, packet);
            return VnetHeader.Size + size;
        }
        catch (ObjectDisposedException)
        {
            throw Gone(WintunErrors.EndOfFile);
        }
        finally
        {
            if (held)
                _session.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public bool WaitReadable()
    {
        var held = false;
        try
        {
            _session.DangerousAddRef(ref held);
            return WaitHandle.WaitAny(_waits) != 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held)
                _session.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> frame)
    {
        if (!OffloadedPacket.TryParse(frame, out var packet))
            return;

        if (packet.Offload.IsPlain)
        {
            Send(packet.Data);
            return;
        }

        var segment = (_segment ??= GC.AllocateUninitializedArray<byte>(ITunDevice.FrameCapacity, pinned: true)).AsSpan();
        var segmenter = new PacketSegmenter(packet);
        while (segmenter.TryWriteNext(segment, out var length))
            Send(segment[..length]);
    }

    /// <inheritdoc/>
    public void Stop() => _stop.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        // The reader lets go of the session once it has seen this; the event is left to the finalizer, it may be waited for.
        _stop.Set();
        _session.Dispose();
    }

    private void Send(ReadOnlySpan<byte> packet)
    {
        var held = false;
        try
        {
            _session.DangerousAddRef(ref held);
            var session = _session.DangerousGetHandle();
            var room = _wintun.AllocateSendPacket(session, packet.Length);
            if (room is null)
            {
                // A full ring costs a packet, as on any link.
                if (_wintun.LastError != WintunErrors.BufferOverflow)
                    throw Gone(_wintun.LastError);
                return;
            }

            packet.CopyTo(new Span<byte>(room, packet.Length));
            _wintun.SendPacket(session, room);
        }
        catch (ObjectDisposedException)
        {
            throw Gone(WintunErrors.EndOfFile);
        }
        finally
        {
            if (held)
                _session.DangerousRelease();
        }
    }

    private IOException Gone(int error) => new($"The interface {Name} is gone ({Marshal.GetPInvokeErrorMessage(error)}).");
}
