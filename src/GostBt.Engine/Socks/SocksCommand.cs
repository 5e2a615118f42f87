namespace GostBt.Engine.Socks;

/// <summary>The commands of RFC 1928 section 4 that are served.</summary>
internal enum SocksCommand
{
    None = 0,
    Connect = 1,
    UdpAssociate = 3,
}
