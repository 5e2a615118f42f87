using GostBt.Model;

namespace GostBt.Tunnel;

/// <summary>What an agent can be asked over its pipe.</summary>
internal interface IAgentRequests
{
    /// <summary>All it knows of itself.</summary>
    AgentState Status();

    /// <summary>It ends, and takes back what it changed.</summary>
    void Stop();

    /// <summary>It begins anew with the profile as it is now: engine, device, routes.</summary>
    /// <returns>The attempt that does, see <see cref="AgentState.Attempt"/>.</returns>
    /// <exception cref="GostBtException">The profile cannot be used; nothing is interrupted.</exception>
    Task<int> RestartAsync(CancellationToken cancellationToken);

    /// <summary>It takes up the profile as it is now, interrupting nothing where nothing changed that needs it.</summary>
    /// <returns>As for <see cref="RestartAsync"/>; the attempt that goes on where nothing is interrupted.</returns>
    /// <exception cref="GostBtException">As for <see cref="RestartAsync"/>.</exception>
    Task<int> ReloadAsync(CancellationToken cancellationToken);
}
