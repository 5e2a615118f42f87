using GostBt.Engine.Addresses;
using GostBt.Engine.Bypasses;
using GostBt.Engine.Carriers;
using GostBt.Engine.Logging;
using GostBt.Engine.Relay;
using GostBt.Gost;

namespace GostBt.Engine.Routing;

/// <summary>One of the configuration's <c>chains</c>: from relay to relay to the destination.</summary>
internal sealed class Chain : IChainDialer
{
    private readonly List<(CarrierDialer Carrier, RelayConnector Connector)> _hops;
    private readonly IHostResolver _resolver;
    private readonly ChainHealth _health;

    /// <param name="chain">Its hops have one node each; only a single hop may have a bypass.</param>
    /// <param name="bypasses">The configuration's bypasses by name.</param>
    /// <param name="resolver">Looks the first node's name up.</param>
    /// <param name="log">Told when the chain stops working, and when it works again.</param>
    /// <exception cref="Model.GostBtException">A CA file cannot be used.</exception>
    internal Chain(GostChain chain, IReadOnlyDictionary<string, BypassList> bypasses, IHostResolver resolver, EngineLog log)
    {
        _health = new ChainHealth(chain.Name, log);
        _hops = chain.Hops.Select(hop => (new CarrierDialer(hop.Nodes[0]), new RelayConnector(hop.Nodes[0].Connector))).ToList();
        _resolver = resolver;
        Bypass = chain.Hops[0].Bypass is { } name ? bypasses[name] : null;
    }

    /// <summary>The destinations that do not take the chain but go direct, if there are any.</summary>
    internal BypassList? Bypass { get; }

    /// <inheritdoc/>
    public ValueTask<Stream> ConnectUdpAsync(string host, int port, CancellationToken cancellationToken) => ThroughAsync(
        (connector, carrier) => connector.ConnectUdpAsync(carrier, Destination.Of(host, port), cancellationToken), forDatagrams: true, cancellationToken);

    /// <exception cref="IOException">The far end cannot be reached or trusted, or refuses (<see cref="RelayRefusedException"/>).</exception>
    internal ValueTask<Stream> ConnectAsync(Destination destination, CancellationToken cancellationToken) => ThroughAsync(
        (connector, carrier) => connector.ConnectAsync(carrier, destination, cancellationToken), forDatagrams: false, cancellationToken);

    /// <summary>Opens a UDP socket at the far end; the stream carries addressed frames (<see cref="Udp.AddressedFrame"/>).</summary>
    /// <exception cref="IOException">The far end cannot be reached or trusted, or refuses (<see cref="RelayRefusedException"/>).</exception>
    internal ValueTask<Stream> AssociateUdpAsync(CancellationToken cancellationToken) => ThroughAsync(
        (connector, carrier) => connector.AssociateUdpAsync(carrier, cancellationToken), forDatagrams: true, cancellationToken);

    private async ValueTask<Stream> ThroughAsync(Func<RelayConnector, Stream, ValueTask<Stream>> ask, bool forDatagrams, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await OpenAsync(ask, forDatagrams, cancellationToken).ConfigureAwait(false);
            if (stream is RelayReplyStream unanswered)
            {
                unanswered.Answered = Judge;
            }
            else
            {
                _health.Works();
            }

            return stream;
        }
        catch (RelayRefusedException e)
        {
            Judge(e);
            throw;
        }
        catch (IOException e)
        {
            _health.Fails(e.Message);
            throw;
        }
    }

    // Any other refusal shows that the chain works; it is the destination that does not.
    private void Judge(RelayRefusedException? refusal)
    {
        if (refusal is { Status: RelayStatus.Unauthorized })
        {
            _health.Fails(refusal.Message);
        }
        else
        {
            _health.Works();
        }
    }

    private async ValueTask<Stream> OpenAsync(Func<RelayConnector, Stream, ValueTask<Stream>> ask, bool forDatagrams, CancellationToken cancellationToken)
    {
        var stream = await _hops[0].Carrier.DialAsync(_resolver, forDatagrams, cancellationToken).ConfigureAwait(false);
        try
        {
            for (var i = 1; i < _hops.Count; i++)
            {
                var next = _hops[i].Carrier;
                stream = await _hops[i - 1].Connector.ConnectAsync(stream, Destination.Of(next.Address.Host, next.Address.Port), cancellationToken).ConfigureAwait(false);
                stream = await next.HandshakeAsync(stream, cancellationToken).ConfigureAwait(false);
            }

            return await ask(_hops[^1].Connector, stream).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
