using System.Net;

namespace GostBt.Engine.Tun;

/// <summary>A client's connection through a chain.</summary>
internal sealed class ChainClientLink : IClientLink
{
    private readonly Stream _stream;
    private readonly StreamLink _link;

    private ChainClientLink(Stream stream)
    {
        _stream = stream;
        _link = new StreamLink(stream, IPAddress.None);
    }

    /// <inheritdoc/>
    public PeerLink Link => _link;

    /// <summary>Dials.</summary>
    /// <exception cref="IOException">The chain's far end cannot be reached or refuses.</exception>
    internal static async Task<IClientLink> ConnectAsync(IChainDialer chain, string host, int port, CancellationToken cancellationToken) =>
        new ChainClientLink(await chain.ConnectUdpAsync(host, port, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public Task RunAsync(IDatagramHandler handler, CancellationToken cancellationToken) => _link.RunAsync(handler, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
