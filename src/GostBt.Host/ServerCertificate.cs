using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GostBt.Model;

namespace GostBt.Host;

/// <summary>A self-signed certificate and its key: ECDSA P-256, for ten years, because the client pins it instead of asking an authority.</summary>
internal sealed class ServerCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    // A PC whose clock is behind the server's must not find the certificate not yet valid.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(2);

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _certificatePem;
    private readonly string? _keyPem;

    private ServerCertificate(string certificatePem, string? keyPem, string fingerprint)
    {
        _certificatePem = certificatePem;
        _keyPem = keyPem;
        Fingerprint = fingerprint;
    }

    /// <summary>SHA-256 of the certificate's DER form, upper-case hex.</summary>
    public string Fingerprint { get; }

    /// <summary>A new key and its certificate.</summary>
    public static ServerCertificate Create(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = SelfSign(key, name, now);
        return new ServerCertificate(Pem(certificate), key.ExportPkcs8PrivateKeyPem() + "\n", certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    /// <summary>A new certificate for a key that is there: who pinned the key trusts it.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.InvalidInput"/>: the file holds no such key.</exception>
    public static ServerCertificate Renew(string keyPath, string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyPath));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"{keyPath} holds no ECDSA key (PEM).", "Give the key file of the certificate that is to be renewed.");
        }

        using var certificate = SelfSign(key, name, now);
        return new ServerCertificate(Pem(certificate), null, certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    /// <summary>Writes both files; the key only its owner can read from its first byte on. Never replaces a file: a lost key strands every client that pinned it.</summary>
    public async Task SaveAsync(string certificatePath, string keyPath, CancellationToken cancellationToken)
    {
        foreach (var path in new[] { certificatePath, keyPath }.Where(File.Exists))
        {
            throw new GostBtException(GostBtFailure.Conflict, $"{path} exists.", "Remove it first if its clients are to pin a new key; to keep the key, give --renew.");
        }

        await WriteNewAsync(keyPath, _keyPem ?? throw new InvalidOperationException("A renewed certificate has no key of its own."), UnixFileMode.UserRead | UnixFileMode.UserWrite, cancellationToken)
            .ConfigureAwait(false);
        await WriteNewAsync(certificatePath, _certificatePem, Readable, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the certificate alone, in one step in the place of the one that is there.</summary>
    public async Task ReplaceAsync(string certificatePath, CancellationToken cancellationToken)
    {
        var next = certificatePath + ".tmp";
        File.Delete(next);
        await WriteNewAsync(next, _certificatePem, Readable, cancellationToken).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows() && File.Exists(certificatePath))
        {
            File.SetUnixFileMode(next, File.GetUnixFileMode(certificatePath));
        }

        File.Move(next, certificatePath, overwrite: true);
    }

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    private static X509Certificate2 SelfSign(ECDsa key, string name, DateTimeOffset now)
    {
        if (Uri.CheckHostName(name) != UriHostNameType.Dns || name.Length > 64)
        {
            throw new GostBtException(GostBtFailure.InvalidInput, $"'{name}' is not a DNS name.", "Give a name such as 'gostbt': letters, digits, hyphens, dots, at most 64.");
        }

        var request = new CertificateRequest(new X500DistinguishedName("CN=" + name), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.CreateSelfSigned(now - ClockSkew, now + Lifetime);
    }

    private static async Task WriteNewAsync(string path, string text, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        var stream = new FileStream(path, options);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }
    }
}
