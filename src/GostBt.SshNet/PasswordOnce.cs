using Renci.SshNet;

namespace GostBt.SshNet;

/// <summary>The password, and whether it was sent.</summary>
internal sealed class PasswordOnce(string user, byte[] password) : PasswordAuthenticationMethod(user, password)
{
    public bool Tried { get; private set; }

    /// <inheritdoc/>
    public override AuthenticationResult Authenticate(Session session)
    {
        Tried = true;
        return base.Authenticate(session);
    }
}
