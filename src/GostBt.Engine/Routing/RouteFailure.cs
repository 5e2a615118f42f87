namespace GostBt.Engine.Routing;

/// <summary>Why a destination cannot be reached.</summary>
internal enum RouteFailure
{
    /// <summary>Something else, such as a far end that cannot be reached.</summary>
    General = 0,

    /// <summary>A rule forbids it.</summary>
    Forbidden,

    /// <summary>No way to its network, such as IPv6 from a home without.</summary>
    NetworkUnreachable,

    /// <summary>No such host, or it does not answer.</summary>
    HostUnreachable,

    /// <summary>It answered that nothing listens there.</summary>
    Refused,
}
