using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.AutoStart;

/// <summary>The system's own way to run an agent from boot on.</summary>
internal interface IAutoStart
{
    /// <summary>The folder of the agents' programs.</summary>
    string ProgramFolder { get; }

    /// <summary>What has to lie beside the agent's program because the agent runs it, too, and may run nothing that lies elsewhere.</summary>
    /// <param name="profile">Whose agent.</param>
    /// <param name="paths">Where engines are installed.</param>
    /// <exception cref="GostBtException">It is not installed.</exception>
    IReadOnlyList<AgentFile> Beside(Profile profile, GostBtPaths paths);

    /// <summary>Whether the agent of an entry that is there has beside it what its profile wants by now.</summary>
    /// <exception cref="GostBtException">It has not, and would not get its tunnel up.</exception>
    void RequireBeside(Profile profile, GostBtPaths paths);

    /// <summary>What it would make, for people.</summary>
    string Describe(AgentCommandLine agent, string? account);

    /// <summary>Whether it can do it here, for this agent and account.</summary>
    /// <exception cref="GostBtException">It cannot, or should not; nothing was changed.</exception>
    void Require(AgentCommandLine agent, string? account, SshPassword? password);

    /// <summary>Makes or replaces the entry, and reads it back.</summary>
    /// <param name="agent">What it starts.</param>
    /// <param name="account">As whom; null is the system's default.</param>
    /// <param name="password">The account's password, where the system wants one.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <exception cref="GostBtException">It is refused; nothing is left.</exception>
    Task<GostBtAutoStart> RegisterAsync(AgentCommandLine agent, string? account, SshPassword? password, CancellationToken cancellationToken);

    /// <summary>Ends the agent that the entry started and takes the entry away; where there is none, nothing happens.</summary>
    Task<GostBtAutoStart> UnregisterAsync(ProfileName name, CancellationToken cancellationToken);

    /// <summary>Whether there is an entry for this profile of these folders: its agent is then started and ended by the system.</summary>
    bool Serves(ProfileName name, GostBtPaths paths);

    /// <summary>Has the system start the agent now, and from then on by itself.</summary>
    /// <returns>Whether it would have started it by itself before, too.</returns>
    Task<bool> StartAsync(ProfileName name, CancellationToken cancellationToken);

    /// <summary>Has the system end the agent.</summary>
    /// <param name="name">The profile.</param>
    /// <param name="comesBack">Whether the system may bring it back by itself, as it does; otherwise it does not until it is started, or the computer is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task StopAsync(ProfileName name, bool comesBack, CancellationToken cancellationToken);

    /// <summary>Whether the system runs the agent now.</summary>
    Task<bool> RunsAsync(ProfileName name, CancellationToken cancellationToken);
}
