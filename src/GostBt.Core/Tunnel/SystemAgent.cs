using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>An agent that the system started and keeps: one that ends comes back, so it is over only when it says so.</summary>
/// <param name="startsByItself">Whether the system would have started it by itself before, too.</param>
internal sealed class SystemAgent(bool startsByItself) : ILaunchedAgent
{
    /// <inheritdoc/>
    public bool StartsByItself => startsByItself;

    /// <inheritdoc/>
    public int? Id => null;

    /// <inheritdoc/>
    public Task<string> Said => Task.FromResult(string.Empty);

    /// <inheritdoc/>
    public bool HasEnded(AgentState? news) => news?.Tunnel.State == TunnelState.Failed;

    /// <inheritdoc/>
    public void Dispose()
    {
        // It is the system's.
    }
}
