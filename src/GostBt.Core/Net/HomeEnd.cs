using System.Net;
using System.Net.Sockets;
using GostBt.Model;

namespace GostBt.Net;

/// <summary>Home's end of a probe run: who listens on each port, GostBt's own listeners where nobody does, and the connections a client accepted.</summary>
internal sealed class HomeEnd : IDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    private readonly IPAddress _address;
    private readonly IPAddress _every;
    private readonly Dictionary<(PortProtocol Protocol, int Port), HomePort> _ports = [];
    private readonly List<IDisposable> _listeners = [];
    private readonly HashSet<(int Port, IPEndPoint Peer)> _before = [];
    private readonly HashSet<(int Port, IPEndPoint Peer)> _connected = [];

    private HomeEnd(IPAddress address)
    {
        _address = address;
        _every = address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
    }

    /// <summary>The tunnel's address of this PC, IPv4 or IPv6.</summary>
    public IPAddress Address => _address;

    /// <param name="address">The tunnel's address of this PC.</param>
    /// <param name="probes">What will be probed.</param>
    /// <param name="signature">What to answer.</param>
    /// <param name="listen">Whether to listen where nobody does.</param>
    public static HomeEnd Open(IPAddress address, IReadOnlyList<PublishedPort> probes, ProbeSignature signature, bool listen)
    {
        var home = new HomeEnd(address);
        foreach (var probe in probes)
        {
            foreach (var protocol in new[] { PortProtocol.Tcp, PortProtocol.Udp }.Where(p => probe.Protocol.HasFlag(p)))
            {
                home.Settle(new HomePort(probe.InsidePort, protocol), signature, listen);
            }
        }

        // What is left of an earlier probe's connections, which may have come from the same address, says nothing of this one.
        home._before.UnionWith(home.Connections());

        return home;
    }

    public HomePort Port(PortProtocol protocol, int port) => _ports[(protocol, port)];

    /// <summary>Notes the connections that come in, until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (_ports.Values.Any(p => p.Protocol == PortProtocol.Tcp) && !cancellationToken.IsCancellationRequested)
        {
            _connected.UnionWith(Connections().Where(connection => !_before.Contains(connection)));
            await Task.WhenAny(Task.Delay(WatchInterval, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>The probe's connection as this PC's system listed it, half-open ones too; ask after <see cref="WatchAsync"/> has ended.</summary>
    /// <param name="port">The port here.</param>
    /// <param name="source">The probe's endpoint, if it is known.</param>
    /// <param name="address">The probe's address, if only that is known.</param>
    public IPEndPoint? ConnectionOf(int port, IPEndPoint? source, IPAddress? address) => _connected
        .Where(c => c.Port == port && (c.Peer.Equals(source) || (source is null && c.Peer.Address.Equals(address))))
        .Select(c => c.Peer)
        .FirstOrDefault();

    public void Dispose() => _listeners.ForEach(l => l.Dispose());

    private IEnumerable<(int Port, IPEndPoint Peer)> Connections() => _ports.Values
        .Where(p => p.Protocol == PortProtocol.Tcp)
        .SelectMany(p => HomeSockets.ConnectedTo(_address, p.Port).Select(peer => (p.Port, peer)));

    private void Settle(HomePort port, ProbeSignature signature, bool listen)
    {
        _ports[(port.Protocol, port.Port)] = port;
        var listening = HomeSockets.ListeningOn(port.Port, port.Protocol);
        if (listening.Any(a => a.Equals(_address) || a.Equals(_every)))
        {
            port.Listening = HomeListening.Client;
            port.Unbound = !listening.Contains(_address);
            return;
        }

        // An IPv6 wildcard may take IPv4 as well; only the attempt to listen tells.
        port.Others = [.. listening.Where(a => a.AddressFamily == _address.AddressFamily)];
        if (!listen)
        {
            return;
        }

        try
        {
            _listeners.Add(port.Protocol == PortProtocol.Tcp
                ? new HomeTcpListener(_address, port, signature)
                : new HomeUdpListener(_address, port, signature));
            port.Listening = port.Others.Count > 0 ? HomeListening.Elsewhere : HomeListening.GostBt;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            port.Listening = HomeListening.Client;
            port.Unbound = true;
        }
        catch (SocketException e)
        {
            port.Error = e.Message;
        }
    }
}
