namespace GostBt.Engine.Relay;

/// <summary>What a relay server answers (go-gost/relay).</summary>
internal enum RelayStatus
{
    Ok = 0,
    BadRequest = 1,
    Unauthorized = 2,
    Forbidden = 3,
    Timeout = 4,
    ServiceUnavailable = 5,
    HostUnreachable = 6,
    NetworkUnreachable = 7,
    InternalServerError = 8,
}
