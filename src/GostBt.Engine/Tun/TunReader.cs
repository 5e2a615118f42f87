using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>The thread that reads a TUN.</summary>
internal sealed class TunReader
{
    private readonly ITunDevice _device;
    private readonly Handler _handler;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TunReader(ITunDevice device, Handler handler)
    {
        _device = device;
        _handler = handler;
    }

    /// <summary>Takes a packet from the TUN: whole, checked, valid during the call only.</summary>
    internal delegate void Handler(OffloadedPacket packet);

    /// <summary>Reads until cancelled. The thread is gone when the task ends.</summary>
    /// <exception cref="IOException">The device is gone.</exception>
    internal static async Task RunAsync(ITunDevice device, Handler handler, CancellationToken cancellationToken)
    {
        var reader = new TunReader(device, handler);
        var thread = new Thread(reader.Read) { Name = $"tun {device.Name}", IsBackground = true };
        thread.Start();
        await using (cancellationToken.Register(device.Stop).ConfigureAwait(false))
        {
            await reader._ended.Task.ConfigureAwait(false);
        }
    }

    private void Read()
    {
        try
        {
            var buffer = GC.AllocateUninitializedArray<byte>(ITunDevice.FrameCapacity, pinned: true).AsSpan();
            while (_device.WaitReadable())
            {
                while (_device.TryRead(buffer) is var read and > 0)
                {
                    Take(buffer[..read]);
                }
            }

            _ended.SetResult();
        }
#pragma warning disable CA1031 // A thread has no caller: whatever it is goes to the one who awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _ended.SetException(e);
        }
    }

    private void Take(Span<byte> frame)
    {
        if (OffloadedPacket.TryParse(frame, out var packet))
        {
            _handler(packet);
            return;
        }

        // A checksum left to the device for a protocol other than TCP and UDP.
        if (frame.Length > VnetHeader.Size
            && VnetHeader.Read(frame) is { GsoType: VnetHeader.GsoNone, Flags: VnetHeader.NeedsChecksum } header
            && PartialChecksum.TryComplete(frame[VnetHeader.Size..], header)
            && OffloadedPacket.TryParsePlain(frame[VnetHeader.Size..], out packet))
        {
            _handler(packet);
        }
    }
}
