namespace GostBt.Profiles;

/// <summary>What lies beside a profile and is never shown: the relay's user and password and the certificate that pins the server.</summary>
/// <param name="Username">The relay's user.</param>
/// <param name="Password">The relay's password.</param>
/// <param name="CertificatePem">The server's certificate, PEM; public, but its key is what the tunnel trusts. Two while the server changes its key.</param>
public sealed record ProfileSecrets(string Username, string Password, string CertificatePem)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => "ProfileSecrets";
}
