namespace GostBt.Engine.Routing;

/// <summary>What becomes of traffic to an address.</summary>
internal enum Verdict
{
    /// <summary>The service may not reach it.</summary>
    Refused = 0,

    /// <summary>From this machine.</summary>
    Direct,

    /// <summary>Through the chain.</summary>
    Chain,
}
