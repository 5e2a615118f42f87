namespace GostBt.Net;

/// <summary>Who listens on a published port at home.</summary>
internal enum HomeListening
{
    /// <summary>Nobody, and GostBt does not either.</summary>
    Nobody = 0,

    /// <summary>GostBt itself, for the time of the probe.</summary>
    GostBt,

    /// <summary>GostBt, because the program that listens does so only on addresses the tunnel does not lead to.</summary>
    Elsewhere,

    /// <summary>A program, on the tunnel's address or all addresses.</summary>
    Client,
}
