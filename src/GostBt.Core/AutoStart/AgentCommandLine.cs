using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.AutoStart;

/// <summary>The agent as a service manager starts it: in the foreground, with the folders of the user who registered it.</summary>
/// <param name="Name">The profile.</param>
/// <param name="Program">The gostbt executable, absolute.</param>
/// <param name="Paths">Where profiles, state and engines lie.</param>
internal sealed record AgentCommandLine(ProfileName Name, string Program, GostBtPaths Paths)
{
    /// <summary>What follows the program.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "agent", "--profile", Name.Value,
        "--configuration-folder", Path.GetFullPath(Paths.Configuration), "--state-folder", Path.GetFullPath(Paths.State), "--engines-folder", Path.GetFullPath(Paths.Engines),
    ];
}
