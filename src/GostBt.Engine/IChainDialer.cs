namespace GostBt.Engine;

/// <summary>Opens UDP tunnels through a chain of the configuration.</summary>
public interface IChainDialer
{
    /// <summary>
    /// Asks the chain's far end for a UDP tunnel to <paramref name="host"/>:<paramref name="port"/> (relay CONNECT with FUDP).
    /// </summary>
    /// <returns>
    /// A duplex stream of relay UDP frames in both directions: two bytes of length, big-endian, then the datagram. One reader and
    /// one writer may work at the same time. A write is sent at once, whole, as one message of the carrier (no Flush needed), so
    /// several frames belong in one write; a read returns any part of the byte stream. The far end's answer may still be under way: a refusal
    /// then surfaces as <see cref="IOException"/> from the first read. Disposing it closes the carrier.
    /// </returns>
    /// <exception cref="IOException">The far end cannot be reached, cannot be trusted, or refuses. Try again later, with backoff.</exception>
    ValueTask<Stream> ConnectUdpAsync(string host, int port, CancellationToken cancellationToken);
}
