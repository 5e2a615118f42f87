namespace GostBt.Engine.Tun;

/// <summary>Takes the datagrams that arrive on a link, one at a time.</summary>
internal interface IDatagramHandler
{
    /// <summary>Takes one datagram.</summary>
    /// <param name="room">
    /// <see cref="Packets.VnetHeader.Size"/> bytes that may be overwritten, then the untrusted datagram. Valid during the call only.
    /// </param>
    void Handle(Span<byte> room);

    /// <summary>Nothing more is readable at the moment: what was held back to be merged goes out.</summary>
    void Flush();
}
