namespace GostBt.Engine.Socks;

/// <summary>The reply codes of RFC 1928 section 6.</summary>
internal enum SocksReply
{
    Succeeded = 0,
    GeneralFailure = 1,
    NotAllowed = 2,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    ConnectionRefused = 5,
    CommandNotSupported = 7,
    AddressTypeNotSupported = 8,
}
