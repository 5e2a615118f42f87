using GostBt.Model;

namespace GostBt.Profiles;

/// <summary>Where GostBt keeps things on this PC. <c>GOSTBT_HOME</c> moves all of it into one folder.</summary>
public sealed class GostBtPaths
{
    /// <param name="configuration">Profiles, secrets and known hosts.</param>
    /// <param name="state">What agents write: state, journal, logs, engine configuration.</param>
    /// <param name="engines">Installed engines; null puts them beside the state.</param>
    public GostBtPaths(string configuration, string state, string? engines = null)
    {
        Configuration = configuration;
        State = state;
        Engines = engines ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(state))!, "engines");
    }

    /// <summary>Profiles, secrets and known hosts.</summary>
    public string Configuration { get; }

    /// <summary>What agents write, a folder per profile.</summary>
    public string State { get; }

    /// <summary>Installed engines, a folder each.</summary>
    public string Engines { get; }

    /// <summary>The folder of profiles.</summary>
    public string Profiles => Path.Combine(Configuration, "profiles");

    /// <summary>GostBt's own known hosts, consulted besides the user's.</summary>
    public string KnownHosts => Path.Combine(Configuration, "known_hosts");

    /// <summary>The folder of one profile's agent.</summary>
    public string StateOf(ProfileName name) => Path.Combine(State, name.Value);

    /// <summary>The places of the current user: the roaming and local application data of Windows; the XDG folders elsewhere.</summary>
    public static GostBtPaths ForCurrentUser()
    {
        var home = Environment.GetEnvironmentVariable("GOSTBT_HOME");
        if (!string.IsNullOrEmpty(home))
        {
            var root = Path.GetFullPath(home);
            return new GostBtPaths(Path.Combine(root, "config"), Path.Combine(root, "state"));
        }

        if (Path.DirectorySeparatorChar == '\\')
        {
            return new GostBtPaths(
                Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "GostBt"),
                Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "GostBt", "state"));
        }

        return new GostBtPaths(
            Xdg("XDG_CONFIG_HOME", ".config"),
            Xdg("XDG_STATE_HOME", Path.Combine(".local", "state")),
            Path.Combine(Xdg("XDG_DATA_HOME", Path.Combine(".local", "share")), "engines"));
    }

    private static string Xdg(string variable, string fallback)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        var root = string.IsNullOrEmpty(value) || !Path.IsPathRooted(value)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), fallback)
            : value;
        return Path.Combine(root, "gostbt");
    }
}
