using GostBt.Model;

namespace GostBt.Ssh;

/// <summary>Scripts that need root: run as root, or by way of sudo, which is told a password where it asks and one is given.</summary>
public static class RootScript
{
    private const int NotPrivileged = 77;
    private const int SudoFailed = 1;

    // What root.sh says on standard error when the script proper begins.
    private const string Began = "gostbt: root\n";

    private static readonly string Prelude = EmbeddedScript.Read("Ssh", "root.sh");

    /// <summary>The script with what makes it root in front.</summary>
    public static string Wrap(string script) => Prelude + script;

    /// <summary>Lets any result through but "neither root nor sudo".</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.NotPrivileged"/>.</exception>
    public static SshResult RequireRoot(SshResult result, ServerTarget target)
    {
        if (result.ExitCode != NotPrivileged)
        {
            return result;
        }

        var (why, remedy) = Reason(result.Error);
        throw new GostBtException(GostBtFailure.NotPrivileged, $"The login of {target} is not root, and {why}; nothing was changed.", remedy);
    }

    /// <summary>Whether <see cref="Wrap"/> made it.</summary>
    internal static bool Wraps(string script) => script.StartsWith(Prelude, StringComparison.Ordinal);

    /// <summary>Takes away what was said before the script began; when it never began because sudo said no, the exit code is "neither root nor sudo".</summary>
    /// <param name="result">How the script ended.</param>
    /// <param name="told">Whether there was a password for sudo.</param>
    internal static SshResult Settle(SshResult result, bool told)
    {
        var began = result.Error.IndexOf(Began, StringComparison.Ordinal);
        return began >= 0
            ? result with { Error = result.Error.Substring(began + Began.Length) }
            : told && result.ExitCode == SudoFailed ? result with { ExitCode = NotPrivileged } : result;
    }

    // sudo's own words, in the language that root.sh makes it speak.
    private static (string Why, string Remedy) Reason(string error)
    {
        const string AsRoot = "Log in as root, or allow the user sudo ('usermod -aG sudo USER', on Red Hat's kin 'wheel').";
        return error switch
        {
            _ when Says("there is no sudo") => ("there is no sudo on the server", "Log in as root, or install sudo there."),
            _ when Says("must have a tty") => ("its sudo wants a terminal", "Log in as root, or add 'Defaults:USER !requiretty' with visudo."),
            _ when Says("incorrect password") || Says("no password was provided") || Says("try again") =>
                ("sudo refused the password", "Give the password that sudo asks this user for, with -SudoPassword; without it the login's own is used."),
            _ when Says("not in the sudoers") || Says("not allowed to") || Says("may not run sudo") => ("may not use sudo", AsRoot),
            _ when Says("asks for a password") => (
                "may not use sudo without a password",
                "Give it with -SudoPassword, log in as root, or allow the user 'NOPASSWD: ALL' in /etc/sudoers.d for the time of the deployment."),
            _ => ("sudo did not let it through: " + error.Trim(), AsRoot),
        };

        bool Says(string text) => error.IndexOf(text, StringComparison.OrdinalIgnoreCase) >= 0;
    }
}
