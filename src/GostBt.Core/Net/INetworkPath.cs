namespace GostBt.Net;

/// <summary>A way out of this PC: straight, or through a proxy.</summary>
public interface INetworkPath
{
    /// <summary>Opens a TCP connection.</summary>
    /// <param name="host">A DNS name or an address; who resolves it is the path's affair.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Model.GostBtException"><see cref="Model.GostBtFailure.HostUnreachable"/>.</exception>
    Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken);

    /// <summary>Opens a UDP socket.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<IDatagramChannel> OpenDatagramsAsync(CancellationToken cancellationToken);
}
