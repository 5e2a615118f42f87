using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GostBt.Wine.Tests.Raising;

/// <summary>What GostBt keeps of a user, in a temporary folder.</summary>
internal sealed class HomeFolder : IDisposable
{
    public const string Password = "hunter2-hunter2";

    private static readonly string Certificate = MakeCertificate();

    public string Path { get; } = Directory.CreateTempSubdirectory("gostbt-home-").FullName;

    public string Profile => System.IO.Path.Combine(Path, "config", "profiles", "home.yaml");

    public string Secrets => System.IO.Path.Combine(Path, "config", "profiles", "home.secrets");

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A profile of a server that was deployed, with secrets as an earlier version wrote them.</summary>
    public static HomeFolder WithProfile()
    {
        var home = new HomeFolder();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(home.Profile)!);
        File.WriteAllText(home.Profile, """
            version: 1
            name: home
            server: { host: vps.example.net, user: root, publicAddress: 127.0.0.1 }
            ports: [ { port: 6666, protocol: both } ]

            """);
        File.WriteAllText(home.Secrets, $"username: relay-user\npassword: {Password}\ncertificate: |\n  {Certificate.Replace("\n", "\n  ", StringComparison.Ordinal)}\n");
        return home;
    }

    private static string MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest("CN=gostbt", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return certificate.ExportCertificatePem().ReplaceLineEndings("\n");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
