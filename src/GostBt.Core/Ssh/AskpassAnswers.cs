using System.Text.RegularExpressions;

namespace GostBt.Ssh;

/// <summary>
/// What ssh is answered when it asks: the password of this user at this host, the passphrase of this key, and nothing else (never a host key). Each so
/// often as a right one is asked for; asking once more means that it was refused.
/// </summary>
internal sealed class AskpassAnswers
{
    private static readonly RegexOptions Form = RegexOptions.CultureInvariant | RegexOptions.Singleline;

    // readpass.c, sshconnect2.c. What comes after the first form's prefix is the server's own wording (PAM's, mostly).
    private static readonly Regex OfPassword = new("\\A(?<login>[^\\n]+)'s password: ?\\z", Form);
    private static readonly Regex OfInteraction = new("\\A\\((?<login>[^\\n)]+)\\) (?<prompt>[^\\n]*)\\z", Form);
    private static readonly Regex Wording = new("\\A\\s*(?:(?!new|old|current|retype|again|change|expired|one.?time)[^\\n])*password(?: for [^\\n]+)?: *\\z", Form | RegexOptions.IgnoreCase);
    private static readonly Regex OfKey = new("\\AEnter passphrase for key '(?<file>[^\\n]+)': ?\\z", Form);

    // ssh shows this much of a key's path.
    private const int ShownPath = 100;

    private readonly SshOptions _options;
    private readonly SshClientSettings _settings;
    private readonly Dictionary<string, int> _times = new(StringComparer.Ordinal);

    /// <param name="options">The secrets.</param>
    /// <param name="settings">Who ssh will say that it asks for.</param>
    public AskpassAnswers(SshOptions options, SshClientSettings settings)
    {
        _options = options;
        _settings = settings;
    }

    /// <summary>The secret that was given.</summary>
    public SshPassword? Given { get; private set; }

    /// <summary>The secret that was asked for again after it had been given, so that it is wrong.</summary>
    public SshPassword? Refused { get; private set; }

    /// <param name="prompt">What ssh asks.</param>
    /// <returns>The answer, or null for a no.</returns>
    public SshPassword? To(string prompt)
    {
        if (Asked(prompt) is not { } secret)
        {
            return null;
        }

        // Each jump host's ssh may ask for the same key once; a password is the target's alone, whatever the wording.
        var (what, limit) = secret == _options.Password ? (string.Empty, 1) : (prompt, _settings.IsDirect ? 1 : 1 + (_options.JumpHost?.Split(',').Length ?? 1));
        _times.TryGetValue(what, out var times);
        if (times >= limit)
        {
            Refused = secret;
            return null;
        }

        _times[what] = times + 1;
        return Given = secret;
    }

    /// <summary>Whether a server's prompt asks for the login's password, and not for a new one or a code.</summary>
    public static bool IsPasswordPrompt(string prompt) => Wording.IsMatch(prompt);

    private SshPassword? Asked(string prompt)
    {
        if (OfKey.Match(prompt) is { Success: true } key)
        {
            return IsOurs(key.Groups["file"].Value) ? _options.KeyPassphrase : null;
        }

        var asked = OfInteraction.Match(prompt) is { Success: true } interaction && Wording.IsMatch(interaction.Groups["prompt"].Value)
            ? interaction
            : OfPassword.Match(prompt);
        if (asked.Success)
        {
            return IsTarget(asked.Groups["login"].Value) ? _options.Password : null;
        }

        // Before 8.5 ssh does not say who asks by keyboard-interactive; through a jump host such an ssh is told nothing at all (OpenSshConnector).
        return _settings.IsDirect && Wording.IsMatch(prompt) ? _options.Password : null;
    }

    private bool IsTarget(string login)
    {
        var at = login.LastIndexOf('@');
        var host = login.Substring(at + 1);
        return at > 0
            && login.Substring(0, at) == _settings.User
            && (Same(host, _settings.HostName) || Same(host, _settings.HostKeyAlias));

        static bool Same(string shown, string? name) => string.Equals(shown, name, StringComparison.OrdinalIgnoreCase);
    }

    private bool IsOurs(string shown)
    {
        var files = _options.IdentityFile is { } identity ? [identity] : _settings.IdentityFiles;
        return files.Select(file => file.Replace('\\', '/')).Any(file =>
            shown.Replace('\\', '/') is var path && (path == file || (path.Length >= ShownPath && file.StartsWith(path, StringComparison.Ordinal))));
    }
}
