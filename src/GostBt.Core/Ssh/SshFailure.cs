using GostBt.Model;

namespace GostBt.Ssh;

/// <summary>Turns what ssh says when it fails (exit code 255) into an error with a remedy.</summary>
internal static class SshFailure
{
    private static readonly string[] Authentication =
    [
        "Permission denied", "Too many authentication failures", "UNPROTECTED PRIVATE KEY FILE", "sign_and_send_pubkey", "no mutual signature",
    ];

    /// <param name="options">Who was to be reached.</param>
    /// <param name="error">ssh's standard error.</param>
    /// <param name="given">The secret that ssh asked for and was told.</param>
    public static GostBtException Classify(SshOptions options, string error, SshPassword? given = null)
    {
        var host = options.Target.ToString();
        if (Says(error, "REMOTE HOST IDENTIFICATION HAS CHANGED") || Says(error, "REVOKED HOST KEY"))
        {
            return HostKeyChanged(options);
        }

        if (Says(error, "Host key verification failed"))
        {
            return new GostBtException(
                GostBtFailure.HostKeyUnknown,
                $"The host key of {host} (or of a jump host before it) is not known: {LastLine(error)}",
                "Connect once with ssh to the jump host by hand and compare its fingerprint, or give the host's own with -HostKeyFingerprint.");
        }

        if (Authentication.Any(text => Says(error, text)))
        {
            return NotLoggedIn(options, LastLine(error), given);
        }

        if (Says(error, "Could not resolve hostname"))
        {
            return new GostBtException(
                GostBtFailure.HostUnreachable,
                $"The name of {host} does not resolve.",
                "Check the spelling, or give the server's address.");
        }

        if (Says(error, "Bad configuration option") || Says(error, "bad configuration options") || Says(error, "Can't open user config file"))
        {
            return new GostBtException(GostBtFailure.InvalidInput, $"ssh refuses its configuration: {LastLine(error)}", "Correct the ssh configuration file.");
        }

        return new GostBtException(
            GostBtFailure.HostUnreachable,
            $"{host} cannot be reached by ssh: {LastLine(error)}",
            "Check that the server is on, that its address and ssh port are right, and that the provider's firewall lets ssh in.");
    }

    /// <summary>The secret that was told is wrong.</summary>
    public static GostBtException Refused(SshOptions options, SshPassword? given) => NotLoggedIn(options, "the server asked again.", given);

    /// <summary>The login failed after all.</summary>
    /// <param name="options">Who was to be reached.</param>
    /// <param name="said">What was said about it.</param>
    /// <param name="given">The secret that was told.</param>
    public static GostBtException NotLoggedIn(SshOptions options, string said, SshPassword? given)
    {
        var (what, remedy) = given switch
        {
            not null when given == options.KeyPassphrase => (
                $"the passphrase of {options.IdentityFile ?? "the private key"} is wrong",
                "Check it with 'ssh-keygen -y -f FILE', which asks for it."),
            not null => (
                "it refused the password",
                "Check user name and password. Many servers let root log in by key only (PermitRootLogin in /etc/ssh/sshd_config): log in as another user, who may sudo."),
            null when options.Password is not null => (
                "it did not ask for the password",
                "The server takes keys only (PasswordAuthentication in its /etc/ssh/sshd_config): give one with -IdentityFile, or allow passwords there."),
            null when options.KeyPassphrase is null && options.IdentityFile is { } file && KeyFile.IsEncrypted(file) => (
                $"{file} is protected by a passphrase",
                "Give it with -KeyPassphrase, or load the key into ssh-agent with ssh-add."),
            _ => (
                "it accepts none of the keys",
                "Check the user name, and that your key is in the server's authorized_keys and either loaded in ssh-agent or given with -IdentityFile. "
                    + "A password is given with -Credential."),
        };
        return new GostBtException(GostBtFailure.AuthenticationFailed, $"ssh could not log in to {options.Target}: {what} ({said.TrimEnd('.')}).", remedy);
    }

    /// <summary>A script took too long.</summary>
    public static GostBtException TimedOut(SshOptions options, TimeSpan deadline, Exception cause) => new(
        GostBtFailure.Timeout,
        FormattableString.Invariant($"{options.Target} did not finish within {deadline.TotalSeconds:0} s."),
        "Check the connection to the server and try again; what it began is finished or taken back there.",
        cause);

    /// <summary>The host shows another key than the known one.</summary>
    public static GostBtException HostKeyChanged(SshOptions options) => new(
        GostBtFailure.HostKeyChanged,
        $"{options.Target} shows another host key than the one known for it; nothing was sent.",
        "If you reinstalled the server, compare the new fingerprint in your provider's console, then remove the old key with "
            + $"'ssh-keygen -R {options.Target.Host}' (and from GostBt's known_hosts). If you did not, somebody may be listening in: stop.");

    /// <summary>No ssh program.</summary>
    public static GostBtException Missing(Exception cause) => new(
        GostBtFailure.SshMissing,
        "There is no ssh client on this machine.",
        "Install OpenSSH's client: on Windows the optional feature 'OpenSSH Client', on Linux the package openssh-client (or openssh-clients).",
        cause);

    private static bool Says(string error, string text) => error.IndexOf(text, StringComparison.OrdinalIgnoreCase) >= 0;

    private static string LastLine(string error)
    {
        var lines = error.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "ssh said nothing." : lines[lines.Length - 1].Trim();
    }
}
