using GostBt.Model;
using GostBt.Profiles;

namespace GostBt.Ssh;

/// <summary>How to reach a host and what to think of its key.</summary>
public sealed record SshOptions
{
    /// <summary>Host, user, port.</summary>
    public required ServerTarget Target { get; init; }

    /// <summary>A private key file; null leaves it to ssh.</summary>
    public string? IdentityFile { get; init; }

    /// <summary>Another ssh configuration file; null leaves it to ssh.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>A jump host, as <c>ssh -J</c> takes it.</summary>
    public string? JumpHost { get; init; }

    /// <summary>Accept the key of a host seen for the first time. Never accepts a changed key.</summary>
    public bool AcceptHostKey { get; init; }

    /// <summary>The only fingerprint to accept, as ssh prints it: <c>SHA256:…</c>.</summary>
    public string? HostKeyFingerprint { get; init; }

    /// <summary>Asks the user about a key seen for the first time; null means nobody can be asked, which is a no.</summary>
    public Func<HostKeyQuestion, CancellationToken, Task<bool>>? ConfirmHostKey { get; init; }

    /// <summary>Whether a key that was accepted is kept; else it is trusted for one session.</summary>
    public bool RememberHostKey { get; init; } = true;

    /// <summary>The login's password; null logs in by key. Lives as long as the command, is never stored, and is disposed of by who made it.</summary>
    public SshPassword? Password { get; init; }

    /// <summary>What sudo is told where it asks; null tells it <see cref="Password"/>.</summary>
    public SshPassword? SudoPassword { get; init; }

    /// <summary>The passphrase of the private key.</summary>
    public SshPassword? KeyPassphrase { get; init; }

    /// <summary>How long to wait for the host to answer.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether there is a secret to log in with.</summary>
    internal bool AnswersQuestions => Password is not null || KeyPassphrase is not null;

    /// <summary>What may be told to sudo: nothing where the login is root already.</summary>
    internal SshPassword? PasswordForSudo => Target.User == "root" ? null : SudoPassword ?? Password;

    /// <summary>The options a stored profile implies: its server, and a host key that is known by now.</summary>
    public static SshOptions For(Profile profile) => new()
    {
        Target = new ServerTarget(profile.Server.Host, profile.Server.User, profile.Server.SshPort),
        IdentityFile = profile.Server.IdentityFile,
        ConfigFile = profile.Server.SshConfigFile,
        JumpHost = profile.Server.JumpHost,
    };
}
