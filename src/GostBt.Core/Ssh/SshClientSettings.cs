using System.Text.RegularExpressions;

namespace GostBt.Ssh;

/// <summary>What ssh itself makes of a target, as <c>ssh -G</c> prints it: the user's configuration applied.</summary>
internal sealed record SshClientSettings
{
    /// <summary>The name or address it connects to.</summary>
    public required string HostName { get; init; }

    /// <summary>The port it connects to.</summary>
    public required string Port { get; init; }

    /// <summary>The login's name.</summary>
    public string? User { get; init; }

    /// <summary>The private keys that may be tried.</summary>
    public IReadOnlyList<string> IdentityFiles { get; init; } = [];

    /// <summary>Whether the way there leads through no jump host or proxy.</summary>
    public bool IsDirect { get; init; } = true;

    /// <summary>The name host keys are kept under instead of the host's.</summary>
    public string? HostKeyAlias { get; init; }

    /// <summary>The user's known_hosts files.</summary>
    public IReadOnlyList<string> UserKnownHosts { get; init; } = [];

    /// <summary>The system's known_hosts files.</summary>
    public IReadOnlyList<string> GlobalKnownHosts { get; init; } = [];

    /// <summary>The name that the host's key is looked up by.</summary>
    public string KnownHostsName =>
        HostKeyAlias ?? (Port == "22" ? HostName.ToLowerInvariant() : $"[{HostName.ToLowerInvariant()}]:{Port}");

    /// <param name="output">What <c>ssh -G</c> printed: a keyword and its value a line.</param>
    /// <param name="home">The user's home, which <c>~</c> stands for.</param>
    public static SshClientSettings Parse(string output, string home)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var identities = new List<string>();
        foreach (var line in output.Split('\n'))
        {
            var space = line.IndexOf(' ');
            if (space > 0)
            {
                var key = line.Substring(0, space);
                if (!values.ContainsKey(key))
                {
                    values[key] = line.Substring(space + 1).Trim();
                }

                if (key.Equals("identityfile", StringComparison.OrdinalIgnoreCase))
                {
                    identities.Add(AtHome(line.Substring(space + 1).Trim()));
                }
            }
        }

        return new SshClientSettings
        {
            HostName = Get("hostname") ?? string.Empty,
            Port = Get("port") ?? "22",
            User = Get("user"),
            IdentityFiles = identities,
            IsDirect = Get("proxyjump") is null && Get("proxycommand") is null,
            HostKeyAlias = Get("hostkeyalias"),
            UserKnownHosts = Files("userknownhostsfile"),
            GlobalKnownHosts = Files("globalknownhostsfile"),
        };

        string? Get(string key) => values.TryGetValue(key, out var value) && value.Length > 0 && value != "none" ? value : null;

        IReadOnlyList<string> Files(string key) => [.. SplitFiles(TildeFor(home, Get(key) ?? string.Empty), path => File.Exists(AtHome(path))).Select(AtHome)];

        string AtHome(string path) => path.Length > 1 && path[0] == '~' && path[1] is '/' or '\\' ? home + path.Substring(1) : path;
    }

    // ssh writes the home out, which may hold spaces, and knows it with either slash.
    private static string TildeFor(string home, string files)
    {
        var names = home.Split('/', '\\').Select(Regex.Escape);
        var options = home.IndexOf('\\') < 0 ? RegexOptions.CultureInvariant : RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;
        return home.Length == 0 ? files : Regex.Replace(files, $"(?<=^| ){string.Join("[/\\\\]", names)}(?=[/\\\\])", "~", options);
    }

    // ssh leaves out the quotes of a name with spaces. A file that is overlooked would make a known host one that is seen for the first time: the longest run
    // of words that is a file is taken for one.
    private static IEnumerable<string> SplitFiles(string files, Func<string, bool> exists)
    {
        var words = files.Split(' ');
        for (var at = 0; at < words.Length;)
        {
            var count = Enumerable.Range(1, words.Length - at).Reverse().FirstOrDefault(length => exists(Run(length)));
            var file = Run(Math.Max(1, count));
            at += Math.Max(1, count);
            if (file.Length > 0)
            {
                yield return file;
            }

            string Run(int length) => string.Join(" ", words, at, length);
        }
    }
}
