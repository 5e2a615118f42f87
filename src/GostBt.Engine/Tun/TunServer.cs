using System.Net;
using GostBt.Engine.Addresses;
using GostBt.Engine.Logging;
using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>A <c>tun</c> service without forwarder: gives each tunnel address to the client that announced it.</summary>
internal sealed class TunServer : IEngineService
{
    // Long enough for a busy link to take a batch, short enough not to be felt should it never.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly TunSettings _settings;
    private readonly TunAuthenticator _authenticator;
    private readonly Func<ITunDevice> _open;
    private readonly IHostResolver _resolver;
    private readonly EngineLog _log;
    private TunServerContext? _context;
    private UdpListener? _listener;

    /// <param name="settings">The service.</param>
    /// <param name="authenticator">Who may announce what.</param>
    /// <param name="open">Creates the device.</param>
    /// <param name="resolver">Looks up where it listens, should that be a name.</param>
    /// <param name="log">The engine's log.</param>
    internal TunServer(TunSettings settings, TunAuthenticator authenticator, Func<ITunDevice> open, IHostResolver resolver, EngineLog log)
    {
        _settings = settings;
        _authenticator = authenticator;
        _open = open;
        _resolver = resolver;
        _log = log;
    }

    /// <inheritdoc/>
    public string Name => _settings.Service;

    /// <summary>Where the UDP socket is bound, once started.</summary>
    internal IPEndPoint LocalEndPoint => _listener!.LocalEndPoint;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var device = _open();
        _context = new TunServerContext(_settings, device, new PeerTable(_settings.PointToPoint), _authenticator, _log);
        _listener = await UdpListener.BindAsync(_context, _resolver, cancellationToken).ConfigureAwait(false);
        _log.Info($"{Name}: tun server on interface {device.Name}, {string.Join(", ", _settings.Networks)}, mtu {_settings.Mtu}, UDP port {LocalEndPoint.Port}");
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = TunReader.RunAsync(_context!.Device, Send, ending.Token);
        var listening = _listener!.RunAsync(ending.Token);
        var first = await Task.WhenAny(reading, listening).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(reading, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);
    }

    /// <summary>Whether a UDP tunnel to this target ends here.</summary>
    internal bool Serves(IPEndPoint target)
    {
        if (_listener is null || target.Port != LocalEndPoint.Port)
        {
            return false;
        }

        var bound = LocalEndPoint.Address;
        return bound.Equals(target.Address)
            || (IPAddress.IsLoopback(target.Address) && (bound.Equals(IPAddress.IPv6Any) || bound.Equals(IPAddress.Any)));
    }

    /// <summary>Serves a client over a stream of relay UDP frames instead of over UDP.</summary>
    internal async Task AttachAsync(Stream framed, IPAddress remote, CancellationToken cancellationToken)
    {
        var link = new StreamLink(framed, remote);
        var peer = new TunServerPeer(_context!, link, new TunWriter(_context!.Device));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(peer, ending);
        try
        {
            await link.RunAsync(peer, ending.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            _log.Debug($"{Name}: tunnel from {remote} ended: {e.Message}");
        }
        finally
        {
            _context!.Peers.Remove(link);
            await ending.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        _context?.Device.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Send(OffloadedPacket packet)
    {
        var peers = _context!.Peers;
        peers.Find(packet.Ip.Destination(packet.Data))?.Queue.Post(packet, peers.HasSinglePeer ? Patience : TimeSpan.Zero);
    }

    // A client whose machine lost power leaves a stream that TCP itself gives up on after a quarter of an hour only.
    private async Task WatchAsync(TunServerPeer peer, CancellationTokenSource ending)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (await timer.WaitForNextTickAsync(ending.Token).ConfigureAwait(false))
        {
            if (PeerLifetime.HasEnded(peer, _context!))
            {
                await ending.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
