using System.Collections.Concurrent;
using System.Diagnostics;
using GostBt.Engine.Packets;
using GostBt.Engine.Tests.Packets;
using GostBt.Engine.Tun;

namespace GostBt.Engine.Tests.Tun;

/// <summary>A TUN without a kernel: what a test sends out of it the engine reads, what the engine writes a test receives.</summary>
internal sealed class MemoryTun : ITunDevice
{
    private readonly BlockingCollection<byte[]> _toEngine = [];
    private readonly BlockingCollection<byte[]> _fromEngine = [];
    private readonly CancellationTokenSource _stopped = new();
    private byte[]? _next;

    public string Name => "memory";

    public bool TakesUdpSuperPackets { get; init; } = true;

    public bool IsDisposed { get; private set; }

    internal void Send(byte[] packet) => _toEngine.Add(PacketBuilder.Frame(packet));

    internal void SendFrame(byte[] frame) => _toEngine.Add(frame);

    /// <summary>The next packet the engine writes, without its vnet header; null when none comes in time.</summary>
    internal byte[]? Receive(double seconds = 5) => ReceiveFrame(seconds)?[VnetHeader.Size..];

    internal byte[]? ReceiveFrame(double seconds = 5) => _fromEngine.TryTake(out var frame, TimeSpan.FromSeconds(seconds)) ? frame : null;

    public int TryRead(Span<byte> buffer)
    {
        if (_next is null && !_toEngine.TryTake(out _next))
            return 0;
        var frame = _next;
        _next = null;
        frame.CopyTo(buffer);
        return frame.Length;
    }

    public bool WaitReadable()
    {
        try
        {
            return _next is not null || _toEngine.TryTake(out _next, Timeout.Infinite, _stopped.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Write(ReadOnlySpan<byte> frame)
    {
        Debug.Assert(frame.Length >= VnetHeader.Size, "A frame has a vnet header.");
        _fromEngine.Add(frame.ToArray());
    }

    public void Stop() => _stopped.Cancel();

    public void Dispose() => IsDisposed = true;
}
