using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>The files of one profile's agent, in a folder that only its user can open.</summary>
internal sealed class AgentFiles(GostBtPaths paths, ProfileName name)
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = paths.StateOf(name);

    /// <summary>Held locked while an agent runs.</summary>
    public string Lock => Path.Combine(Folder, "agent.lock");

    /// <summary>How the agent gets on.</summary>
    public string State => Path.Combine(Folder, "state.yaml");

    /// <summary>Where the agent is asked, see <see cref="AgentPipe"/>.</summary>
    public string Socket => Path.Combine(Folder, "agent.sock");

    /// <summary>What has to be undone.</summary>
    public string Journal => Path.Combine(Folder, "journal.yaml");

    /// <summary>What happened; the older half beside it as <c>agent.log.1</c>.</summary>
    public string Log => Path.Combine(Folder, "agent.log");

    /// <summary>The engine's configuration, with the relay's password; there only while the agent runs.</summary>
    public string Engine => Path.Combine(Folder, "engine.yaml");

    /// <summary>The SOCKS5's configuration where it runs apart from the TUN.</summary>
    public string Proxy => Path.Combine(Folder, "socks.yaml");

    /// <summary>Destinations the SOCKS5 reaches without the server; re-read by the engine when it changes.</summary>
    public string Split => Path.Combine(Folder, "direct.txt");

    /// <summary>Ports of this PC that the server publishes over UDP; re-read by the engine when it changes.</summary>
    public string Published => Path.Combine(Folder, "published.txt");

    /// <summary>The server's pinned certificate.</summary>
    public string Certificate => Path.Combine(Folder, "server.crt");

    /// <summary>Makes the folder.</summary>
    public void CreateFolder()
    {
        PrivateFile.CreateFolder(Path.GetDirectoryName(Folder)!);
        PrivateFile.CreateFolder(Folder);
    }

    /// <summary>Whether an agent that ended without a word left something to take back or to remove.</summary>
    public bool HasLeftovers => Directory.Exists(Folder) && (File.Exists(Journal) || File.Exists(Engine) || File.Exists(Proxy) || Unfinished.Any());

    // What only the holder of the lock writes, killed while writing; an engine's configuration has the password in it.
    // Compared here, not by a pattern: Windows has its own mind about those with several dots.
    private IEnumerable<string> Unfinished => Directory.GetFiles(Folder).Where(file => file.EndsWith(".tmp", StringComparison.Ordinal)
        && new[] { Engine, Proxy, Journal, State }.Any(whole => file.StartsWith(whole + ".", StringComparison.Ordinal)));

    /// <summary>Removes what must not outlive the agent.</summary>
    public void RemoveSecrets()
    {
        if (Directory.Exists(Folder))
        {
            File.Delete(Engine);
            File.Delete(Proxy);
            foreach (var file in Unfinished)
            {
                File.Delete(file);
            }
        }
    }
}
