namespace GostBt.Engine.Tun;

/// <summary>Takes the datagrams that peers send to a port, in the kernel's stead.</summary>
internal interface IDatagramTaker
{
    /// <summary>Takes one datagram, at once; one that cannot be passed on is lost.</summary>
    /// <param name="frame">Three bytes of anything, the SOCKS5 address of the sender, the data. It may be changed, and lasts for the call only.</param>
    void Take(Span<byte> frame);
}
