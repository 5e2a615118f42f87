using GostBt.Ssh;

namespace GostBt.Server;

/// <summary>What has to be done to change a server while its tunnel runs. An immutable value that prints itself.</summary>
/// <param name="Server">What has to be done to make the server what its profile is to be.</param>
/// <param name="Renewal">What becomes of its certificate then.</param>
public sealed record ServerUpdatePlan(ServerPlan Server, CertificateRenewal Renewal)
{
    /// <summary>How to reach the server.</summary>
    public SshOptions Ssh => Server.Ssh;

    /// <summary>Whether anything has to be done on the server.</summary>
    public bool HasChanges => Server.HasChanges || Renewal != CertificateRenewal.None;

    /// <inheritdoc/>
    public override string ToString() => Server + Renewal switch
    {
        CertificateRenewal.SameKey => "  - renew the certificate with the same key\n",
        CertificateRenewal.NewKey => "  - renew the certificate with a new key\n",
        _ => string.Empty,
    };
}
