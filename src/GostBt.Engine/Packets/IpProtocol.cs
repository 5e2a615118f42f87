namespace GostBt.Engine.Packets;

/// <summary>The transport protocols that offloads know (IANA protocol numbers).</summary>
public static class IpProtocol
{
    public const byte Tcp = 6;

    public const byte Udp = 17;
}
