using System.Management.Automation;
using System.Security;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.PowerShell.Abstractions;

/// <summary>
/// The parameters that every cmdlet shares that logs in by ssh: dynamic ones, given by <see cref="AskingCmdlet"/> to each cmdlet whose
/// <c>LogsIn</c> is true. Holds the secrets for as long as the command runs.
/// </summary>
internal sealed class SshLogin : IDisposable
{
    private readonly List<SshPassword> _made = [];

    /// <summary>The login's name and password, where there is no key.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>What sudo is told; the login's password when not given.</summary>
    [Parameter]
    public SecureString? SudoPassword { get; set; }

    /// <summary>The passphrase of the private key.</summary>
    [Parameter]
    public SecureString? KeyPassphrase { get; set; }

    /// <summary>The target with the credential's user where it names none.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/> when both name one, and not the same.</exception>
    public ServerTarget Target(ServerTarget target)
    {
        var user = Credential?.UserName.TrimStart('\\');
        if (user is null || user == target.User)
        {
            return target;
        }

        return target.User is null
            ? ServerTarget.Parse(user + "@" + target)
            : throw new GostBtException(
                GostBtFailure.InvalidInput,
                $"The login is {target}, but the credential is {user}'s.",
                $"Give {target.User}'s password, or name {user} in the host's name.");
    }

    /// <summary>The options with these secrets.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: a secret that cannot be one, or another user's.</exception>
    public SshOptions Apply(SshOptions options) => options with
    {
        Target = Target(options.Target),
        Password = Secret(Credential?.Password),
        SudoPassword = Secret(SudoPassword),
        KeyPassphrase = Secret(KeyPassphrase),
    };

    /// <inheritdoc/>
    public void Dispose() => _made.ForEach(password => password.Dispose());

    private SshPassword? Secret(SecureString? text)
    {
        if (text is null)
        {
            return null;
        }

        var password = SshPassword.From(text);
        _made.Add(password);
        return password;
    }
}
