using GostBt.Engine.Packets;

namespace GostBt.Engine.Tun;

/// <summary>One connection of a client: announces the tunnel's addresses, notices when nobody answers, passes packets for this end.</summary>
internal sealed class TunClientSession : IDatagramHandler
{
    private static readonly TimeSpan FirstPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(10);

    private readonly TunSettings _settings;
    private readonly PeerLink _link;
    private readonly TunWriter _writer;
    private readonly TakenPorts _ports;
    private readonly Action _answered;
    private readonly byte[] _hello;
    private readonly byte[] _extendedHello;
    private long _answeredAt;
    private volatile bool _isAnswered;
    private volatile bool _isExtended;

    /// <param name="settings">The service.</param>
    /// <param name="device">The TUN.</param>
    /// <param name="link">The connection.</param>
    /// <param name="ports">Those whose datagrams do not go to the TUN.</param>
    /// <param name="answered">Called once, at the server's first answer.</param>
    internal TunClientSession(TunSettings settings, ITunDevice device, PeerLink link, TakenPorts ports, Action answered)
    {
        _settings = settings;
        _link = link;
        _ports = ports;
        _answered = answered;
        _writer = new TunWriter(device);
        var own = settings.Networks.Select(n => n.Own).ToList();
        _hello = Keepalive.Hello(settings.Passphrase.Span, own, capabilities: null);
        _extendedHello = Keepalive.Hello(settings.Passphrase.Span, own, link.CarriesSuperPackets ? Keepalive.SuperPackets : (byte)0);
    }

    /// <summary>How long ago the server answered for the first time; zero where it never did.</summary>
    internal TimeSpan Served => _isAnswered ? TimeSpan.FromMilliseconds(Environment.TickCount64 - _answeredAt) : TimeSpan.Zero;

    /// <summary>Sends keepalives until cancelled, or until the server is silent for too long.</summary>
    /// <exception cref="IOException">The server is silent.</exception>
    internal async Task KeepAliveAsync(CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromTicks(Math.Max(LeastSilence.Ticks, _settings.Keepalive.Ticks * 3));
        while (_link.Silence < patience || _settings.Keepalive == TimeSpan.Zero)
        {
            _link.Queue.Post(_extendedHello);
            if (!_isExtended)
            {
                _link.Queue.Post(_hello);
            }

            var period = _settings.Keepalive == TimeSpan.Zero ? Timeout.InfiniteTimeSpan
                : _isAnswered || _settings.Keepalive < FirstPeriod ? _settings.Keepalive
                : FirstPeriod;
            await Task.Delay(period, cancellationToken).ConfigureAwait(false);
        }

        throw new IOException(_isAnswered
            ? $"the server has been silent for {patience.TotalSeconds:0} s"
            : $"the server did not answer for {patience.TotalSeconds:0} s (is it running, and does its passphrase or auther let this tunnel address in?)");
    }

    /// <inheritdoc/>
    public void Handle(Span<byte> room)
    {
        var datagram = room[VnetHeader.Size..];
        if (Keepalive.IsKeepalive(datagram))
        {
            Answered(datagram);
            return;
        }

        if (TunWriter.TryParse(room, _link.CarriesSuperPackets, out var packet)
            && IsForThisEnd(packet.Ip.Destination(packet.Data))
            && !_ports.TryHandOver(TunWriter.Bytes(room, packet), packet))
        {
            _writer.Write(room, packet);
        }
    }

    /// <inheritdoc/>
    public void Flush() => _writer.Flush();

    private void Answered(ReadOnlySpan<byte> datagram)
    {
        if (!Keepalive.TryParseAnswer(datagram, out var capabilities))
        {
            return;
        }

        if (capabilities is { } agreed)
        {
            _isExtended = true;
            _link.Queue.SuperPackets = _link.CarriesSuperPackets && (agreed & Keepalive.SuperPackets) != 0;
        }

        if (_isAnswered)
        {
            return;
        }

        _answeredAt = Environment.TickCount64;
        _isAnswered = true;
        _answered();
    }

    private bool IsForThisEnd(TunnelAddress destination)
    {
        foreach (var network in _settings.Networks)
        {
            if (network.Contains(destination))
            {
                return true;
            }
        }

        return false;
    }
}
