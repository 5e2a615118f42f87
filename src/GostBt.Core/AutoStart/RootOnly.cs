using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.AutoStart;

/// <summary>
/// What an agent that systemd starts as root reads, runs and writes must be root's alone, and so must every folder on the way there: whoever can replace an engine, a journal or,
/// by a link, the place of a log, would be root at the next start.
/// </summary>
/// <param name="look">Who may change a file; null for one that is not there.</param>
internal sealed class RootOnly(Func<string, FileOwner?> look)
{
    private const int MaxLinks = 40; // as the kernel has it, path_resolution(7)

    /// <summary>Demands it of all that an agent uses.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="programs">The folder of all agents' programs. What leads there is the system's own, of which Debian's /usr/local/lib may be its group staff's to write to.</param>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.Conflict"/>: somebody else may change some of it.</exception>
    public void Require(AgentCommandLine agent, string programs)
    {
        if (FirstOfOthersWithin(programs, agent.Program) is { } changeable)
        {
            throw new GostBtException(
                GostBtFailure.Conflict,
                $"'{changeable}' can be changed by others than root; systemd would start the agent of '{agent.Name}' as root with what lies there, and whoever changes that would be root.",
                $"Remove it, and register again what it was for: rm -r {ShellQuote.Quote(changeable)}");
        }

        foreach (var path in Used(agent))
        {
            if (FirstOfOthers(path) is { } theirs)
            {
                throw new GostBtException(
                    GostBtFailure.Conflict,
                    $"'{theirs}' can be changed by others than root; systemd would start the agent of '{agent.Name}' as root with what lies there, and whoever changes that would be root.",
                    "Keep the profile in root's own folder: Export-GostBtProfile -IncludeSecrets as its user, then Import-GostBtProfile and Register-GostBtAutoStart in a shell of root's ('sudo -i'). "
                    + "Or give the folder to root: chown -R root, chmod -R go-w.");
            }
        }
    }

    /// <summary>The first file or folder, on the way to a path, that not only root may change; null where all are root's alone.</summary>
    public string? FirstOfOthers(string path)
    {
        var rest = new Stack<string>(Parts(path));
        var folder = "/";
        var owner = look(folder);
        if (!IsRoots(owner))
        {
            return folder;
        }

        for (var links = 0; rest.Count > 0;)
        {
            var part = rest.Pop();
            if (part == "..")
            {
                folder = Path.GetDirectoryName(folder) ?? "/";
                owner = look(folder);
                continue;
            }

            var next = Path.Combine(folder, part);
            if (look(next) is not { } found)
            {
                // Root makes it, unless somebody else is faster.
                return owner!.IsWritableByOthers ? folder : null;
            }

            if (found.Target is { } target)
            {
                if (found.User != 0 || ++links > MaxLinks)
                {
                    return next;
                }

                foreach (var step in Parts(target))
                {
                    rest.Push(step);
                }

                folder = Path.IsPathRooted(target) ? "/" : folder;
                owner = look(folder);
                continue;
            }

            if (!IsRoots(found))
            {
                return next;
            }

            (folder, owner) = (next, found);
        }

        return owner!.IsWritableByOthers ? folder : null;
    }

    private string? FirstOfOthersWithin(string folder, string path)
    {
        var way = new Stack<string>();
        for (var at = path; at is not null && at.Length >= folder.Length; at = Path.GetDirectoryName(at))
        {
            way.Push(at);
        }

        return way.FirstOrDefault(at => look(at) is { } found
            && (found.Target is null ? found.User != 0 || found.IsWritableByOthers : FirstOfOthers(at) is not null));
    }

    // In a sticky folder such as /tmp nobody else can put anything in the place of what is root's.
    private static bool IsRoots(FileOwner? owner) => owner is { User: 0 } && (!owner.IsWritableByOthers || owner.IsSticky);

    private static IEnumerable<string> Parts(string path) => path.Split('/').Where(part => part is not ("" or ".")).Reverse();

    // The folders first, one by one: what lies in a stranger's is not even listed.
    private static IEnumerable<string> Used(AgentCommandLine agent)
    {
        var paths = agent.Paths;
        var state = paths.StateOf(agent.Name);
        foreach (var (folder, pattern, depth) in new[]
        {
            (paths.Profiles, agent.Name + ".*", SearchOption.TopDirectoryOnly), (state, "*", SearchOption.AllDirectories), (paths.Engines, "*", SearchOption.AllDirectories),
        })
        {
            yield return Path.GetFullPath(folder);
            foreach (var path in Within(folder, pattern, depth))
            {
                yield return path;
            }
        }
    }

    private static IEnumerable<string> Within(string folder, string pattern, SearchOption depth) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(Path.GetFullPath(folder), pattern, depth) : [];
}
