namespace GostBt.Model;

/// <summary>Which way a tracker connection of one address family takes.</summary>
public enum RouteVia
{
    /// <summary>Through the server: the tracker records the server's address.</summary>
    Proxy = 0,

    /// <summary>Straight from this PC: the tracker records this PC's address.</summary>
    Direct = 1,
}
