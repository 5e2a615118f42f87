using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GostBt.Core.Tests.Ssh;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Tunnel;

namespace GostBt.Core.Tests.Server;

/// <summary>A server behind the stand-in for ssh: it answers each script with what it was told to, and runs none.</summary>
internal static class FakeServer
{
    private const string Known = "vps.example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVkMjU1MTkga2V5IG9mIGEgdGVzdCwgbm90IGEgcmVhbA==\n";

    /// <param name="facts">What facts.sh finds, unless there is a file <c>facts</c> in the stand-in's folder, which is <c>$here</c>.</param>
    /// <param name="apply">What applying does, in sh.</param>
    /// <param name="verify">What the check does, in sh; the script that was sent is in the file <c>$input</c>.</param>
    public static FakeSsh Answering(string facts = Samples.FreshDebian, string apply = "exit 1", string verify = "exit 1") => new(
        $$"""
        here=$(dirname "$0")
        input=$(mktemp)
        cat >"$input"
        if grep -qa 'RESTART_ENGINE=' "$input"; then kind=apply; elif grep -qa '^ADDRESS=' "$input"; then kind=verify; else kind=facts; fi
        trap 'rm -f "$input"' EXIT
        if [ $kind = apply ]; then {{apply}}; fi
        if [ $kind = verify ]; then {{verify}}; fi
        if [ -e "$here/facts" ]; then cat "$here/facts"; exit 0; fi
        cat <<'FACTS'
        {{facts}}
        FACTS
        exit 0
        """,
        Known);

    /// <summary>The facts of a server on which a profile of the samples' name is deployed, whoever's it is.</summary>
    public static string Deployed(string owner) =>
        Samples.FreshDebian.Replace("end\n", $"profile home\nmanifest home gostbt-manifest 1\nmanifest home owner {owner}\nend\n", StringComparison.Ordinal);

    /// <summary>What applying says of the certificate, in sh.</summary>
    public static string Showing(string certificatePem)
    {
        var lines = certificatePem.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => "certificate " + line);
        return $"cat <<'PEM'\n{string.Join('\n', lines)}\nPEM\nexit 0";
    }

    public static string TrueCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gostbt", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    public static ServerProvisioner Provisioner(FakeSsh ssh, TunnelEndpointProbe? endpoint = null)
    {
        var host = Path.Combine(ssh.Folder, "linux-x64");
        Directory.CreateDirectory(host);
        File.WriteAllText(Path.Combine(host, "gostbt"), "engine");
        return new ServerProvisioner(
            ssh.Connector, new ProfileStore(ssh.Paths), new HostBinaries(_ => Path.Combine(host, "gostbt"), null, null), ssh, endpoint);
    }
}
