namespace GostBt.Net;

/// <summary>A UDP socket, here or at the far end of a proxy.</summary>
public interface IDatagramChannel : IDisposable
{
    /// <summary>Sends one datagram.</summary>
    /// <param name="payload">At most 65,000 bytes.</param>
    /// <param name="host">A DNS name or an address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task SendAsync(byte[] payload, string host, int port, CancellationToken cancellationToken);

    /// <summary>Waits for a datagram.</summary>
    /// <param name="cancellationToken">Ends the wait, and the channel with it.</param>
    Task<Datagram> ReceiveAsync(CancellationToken cancellationToken);
}
