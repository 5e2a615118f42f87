using System.Diagnostics;
using GostBt.Model;

namespace GostBt.Engine.Tun;

/// <summary>
/// A TUN that was there before this engine, made by somebody who outlives it and who makes it anew when it is deleted: the engine attaches to the new one and keeps its connection to
/// the far end. To begin anew, with a process and a handshake, would take seconds.
/// </summary>
internal sealed class StandingTun : ITunDevice
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Func<bool> _exists;
    private readonly Func<ITunDevice> _open;
    private readonly Action<string> _told;
    private readonly TimeSpan _patience;
    private readonly Lock _gate = new();
    private volatile ITunDevice _device;
    private volatile bool _stopped;
    private bool _away;

    /// <param name="exists">Whether there is a device of its name.</param>
    /// <param name="open">Attaches to it.</param>
    /// <param name="told">Told what happens to it.</param>
    /// <param name="patience">How long it may be away.</param>
    internal StandingTun(Func<bool> exists, Func<ITunDevice> open, Action<string> told, TimeSpan patience)
    {
        (_exists, _open, _told, _patience) = (exists, open, told, patience);
        _device = open();
        Name = _device.Name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool TakesSuperPackets => _device.TakesSuperPackets;

    /// <inheritdoc/>
    public bool TakesUdpSuperPackets => _device.TakesUdpSuperPackets;

    /// <inheritdoc/>
    public int TryRead(Span<byte> buffer)
    {
        try
        {
            return _device.TryRead(buffer);
        }
        catch (IOException e)
        {
            AttachAgain(e);
            return 0;
        }
    }

    /// <inheritdoc/>
    public bool WaitReadable()
    {
        try
        {
            return _device.WaitReadable();
        }
        catch (IOException e)
        {
            AttachAgain(e);
            return !_stopped;
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> frame)
    {
        try
        {
            _device.Write(frame);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Lost, as on any link that is down; whoever reads sees to the device.
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            if (!_away)
            {
                _device.Stop();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();

    /// <exception cref="IOException">It did not come back in time.</exception>
    private void AttachAgain(IOException gone)
    {
        _told($"{gone.Message} Waiting for another one.");
        lock (_gate)
        {
            _away = true;
            _device.Dispose();
        }

        for (var watch = Stopwatch.StartNew(); !_stopped && watch.Elapsed < _patience; Thread.Sleep(Pause))
        {
            if (!_exists())
            {
                continue;
            }

            try
            {
                var device = _open();
                lock (_gate)
                {
                    (_device, _away) = (device, false);
                    if (_stopped)
                    {
                        device.Stop();
                    }
                }

                _told($"The interface {Name} is there again.");
                return;
            }
            catch (GostBtException)
            {
                // Whoever makes it holds it for a moment longer.
            }
        }

        if (!_stopped)
        {
            throw new IOException(gone.Message, gone);
        }
    }
}
