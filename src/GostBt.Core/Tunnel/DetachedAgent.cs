using GostBt.Processes;

namespace GostBt.Tunnel;

/// <summary>An agent as a process that this one started.</summary>
internal sealed class DetachedAgent(DetachedProcess process) : ILaunchedAgent
{
    /// <inheritdoc/>
    public int? Id => process.Id;

    /// <inheritdoc/>
    public bool StartsByItself => false;

    /// <inheritdoc/>
    public Task<string> Said => process.Said;

    /// <inheritdoc/>
    public bool HasEnded(AgentState? news) => process.HasExited;

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();
}
