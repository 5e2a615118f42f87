using GostBt.Model;

namespace GostBt.Server;

/// <summary>What came of an update.</summary>
/// <param name="Server">The server as it stands.</param>
/// <param name="NotRenewed">Why its certificate was not renewed after all else was done; null when it was, or was not to be.</param>
public sealed record ServerUpdateResult(GostBtServer Server, GostBtException? NotRenewed = null);
