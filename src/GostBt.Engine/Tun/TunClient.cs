using System.Diagnostics;
using GostBt.Engine.Logging;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>A <c>tun</c> service with a forwarder: keeps one connection to a TUN server, over a chain or plain UDP, and makes a new one when it fails.</summary>
internal sealed class TunClient : IEngineService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly TunSettings _settings;
    private readonly Func<CancellationToken, Task<IClientLink>> _connect;
    private readonly Func<ITunDevice> _open;
    private readonly EngineLog _log;
    private readonly PacketOutbox _outbox;
    private ITunDevice? _device;
    private volatile PeerLink? _link;
    private bool _failureTold;

    /// <param name="settings">The service.</param>
    /// <param name="connect">Reaches the server.</param>
    /// <param name="open">Creates the device.</param>
    /// <param name="log">The engine's log.</param>
    internal TunClient(TunSettings settings, Func<CancellationToken, Task<IClientLink>> connect, Func<ITunDevice> open, EngineLog log)
    {
        _settings = settings;
        _connect = connect;
        _open = open;
        _log = log;
        _outbox = new PacketOutbox($"tun {settings.Service}", settings.Mtu, Send);
        Ports = new TakenPorts(settings, _outbox);
    }

    /// <inheritdoc/>
    public string Name => _settings.Service;

    /// <summary>The UDP ports of its own addresses that were taken from the kernel.</summary>
    internal TakenPorts Ports { get; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _device = _open();
        _log.Info($"{Name}: tun client on interface {_device.Name}, {string.Join(", ", _settings.Networks)}, mtu {_settings.Mtu}");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = TunReader.RunAsync(_device!, Send, ending.Token);
        var connecting = KeepConnectedAsync(ending.Token);
        var first = await Task.WhenAny(reading, connecting).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(reading, connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _outbox.Dispose();
        _device?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Send(OffloadedPacket packet) => _link?.Queue.Post(packet, Patience);

    private async Task KeepConnectedAsync(CancellationToken cancellationToken)
    {
        var pause = new RedialPause();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var served = TimeSpan.Zero;
            try
            {
                var link = await _connect(cancellationToken).ConfigureAwait(false);
                await using (link.ConfigureAwait(false))
                {
                    served = await ServeAsync(link, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (IOException e)
            {
                Tell(e.Message);
            }

            await Task.Delay(pause.After(clock.Elapsed, served), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>How long it lasted from the server's first answer on; zero where there was none.</returns>
    private async Task<TimeSpan> ServeAsync(IClientLink link, CancellationToken cancellationToken)
    {
        var session = new TunClientSession(_settings, _device!, link.Link, Ports, TellConnected);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _link = link.Link;
        var keeping = session.KeepAliveAsync(ending.Token);
        var running = link.RunAsync(session, ending.Token);
        var first = await Task.WhenAny(keeping, running).ConfigureAwait(false);
        _link = null;
        link.Link.Queue.Complete();
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(keeping, running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        Tell(first.Exception?.InnerException is { } e ? e.Message : "the far end closed the connection");
        if (first.Exception?.InnerException is { } unexpected and not IOException)
        {
            throw new InvalidOperationException($"{Name}: {unexpected.Message}", unexpected);
        }

        return session.Served;
    }

    private void TellConnected()
    {
        _failureTold = false;
        _log.Info($"{Name}: connected to the TUN server");
    }

    // Once, not at every attempt: a server that is down for a night must not fill the disk.
    private void Tell(string what)
    {
        if (_failureTold)
        {
            _log.Debug($"{Name}: not connected: {what}");
        }
        else
        {
            _log.Warn($"{Name}: not connected: {what}. Trying again.");
        }

        _failureTold = true;
    }
}
