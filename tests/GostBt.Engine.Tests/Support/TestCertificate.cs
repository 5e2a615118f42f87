using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GostBt.Engine.Tests.Support;

/// <summary>A self-signed certificate and its key as PEM files, made as `gostbt certificate` makes them.</summary>
internal sealed class TestCertificate : IDisposable
{
    internal const string Name = "gostbt";

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-test-").FullName;

    internal TestCertificate(string name = Name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        Sign(key, name, TimeSpan.FromDays(30));
    }

    internal string CertFile => Path.Combine(_folder, "cert.pem");

    internal string KeyFile => Path.Combine(_folder, "key.pem");

    /// <summary>A new certificate for the same key.</summary>
    internal void Renew(TimeSpan lifetime)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(KeyFile));
        Sign(key, Name, lifetime);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Sign(ECDsa key, string name, TimeSpan lifetime)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-60), DateTimeOffset.UtcNow + lifetime);
        File.WriteAllText(CertFile, certificate.ExportCertificatePem());
    }
}
