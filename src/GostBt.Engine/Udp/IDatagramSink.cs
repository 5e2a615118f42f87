namespace GostBt.Engine.Udp;

/// <summary>Where datagrams that came back are handed to: the SOCKS5 client, or the relay's client.</summary>
internal interface IDatagramSink
{
    /// <summary>Takes one datagram.</summary>
    /// <param name="frame">Prefix (anything), address of the sender, data; may be changed and is the caller's again when the task ends.</param>
    /// <param name="dataLength">The length of the data at its end, at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">Whoever it was for is gone.</exception>
    ValueTask DeliverAsync(Memory<byte> frame, int dataLength, CancellationToken cancellationToken);
}
