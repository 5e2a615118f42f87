using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Server;

public sealed class ServerDriftTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero);
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly string Certificate = Make(Now.AddYears(5));
    private static readonly ProfileSecrets Secrets = Samples.Secrets with { CertificatePem = Certificate };
    private static readonly Profile Profile = Samples.Profile() with { Server = Samples.Profile().Server with { PublicAddress = "198.51.100.10" } };

    private static readonly ServerFacts Good = With(Samples.Deployed(Profile) with { Clock = Now, Addresses = ["198.51.100.10"], Source = "198.51.100.10" }, deployed => deployed with { CertificatePem = Certificate });

    [Fact]
    public void What_is_as_it_should_be_has_no_finding() => Assert.Empty(Find(Good));

    public static TheoryData<string, FindingSeverity, string, string> Drift => new()
    {
        { "EngineStopped", FindingSeverity.Error, "gostbt@home", "New-GostBtServer" },
        { "EngineNotEnabled", FindingSeverity.Error, "boot", "New-GostBtServer" },
        { "FirewallStopped", FindingSeverity.Error, "gostbt-firewall@home", "New-GostBtServer" },
        { "FirewallNotEnabled", FindingSeverity.Error, "boot", "New-GostBtServer" },
        { "ForwardingOff", FindingSeverity.Error, "ip_forward", "New-GostBtServer" },
        { "FileMissing", FindingSeverity.Error, "engine.yaml", "New-GostBtServer" },
        { "FileChanged", FindingSeverity.Error, "engine.yaml", "New-GostBtServer" },
        { "FileOutdated", FindingSeverity.Warning, "engine.yaml", "New-GostBtServer" },
        { "RulesMissing", FindingSeverity.Error, "rules", "New-GostBtServer" },
        { "RulesChanged", FindingSeverity.Error, "rules", "New-GostBtServer" },
        { "EngineOld", FindingSeverity.Warning, "engine", "Update-GostBtServer -Name home" },
        { "CertificateMissing", FindingSeverity.Error, "certificate", "New-GostBtServer" },
        { "CertificateBroken", FindingSeverity.Error, "certificate", "cert.pem" },
        { "CertificateOther", FindingSeverity.Error, "another key", "New-GostBtServer" },
        { "CertificateExpired", FindingSeverity.Error, "2026-11-21", "-RenewCertificate" },
        { "CertificateExpiring", FindingSeverity.Warning, "2026-12-12", "-RenewCertificate" },
        { "DiskFull", FindingSeverity.Warning, "50 MB", "Free some" },
        { "ClockWrong", FindingSeverity.Error, "2026-11-22 13:10:00Z", "set-ntp" },
        { "Conflict", FindingSeverity.Error, "nginx", "stop that program" },
        { "Outdated", FindingSeverity.Error, "update the manifest", "New-GostBtServer" },
        { "NotDeployed", FindingSeverity.Error, "root@vps.example.net", "New-GostBtServer" },
    };

    [Theory]
    [MemberData(nameof(Drift))]
    public void Each_drift_is_found_by_itself_with_its_remedy(string id, FindingSeverity severity, string message, string remedy)
    {
        var finding = Assert.Single(Find(Drifted(id)));

        Assert.Equal((id, severity), (finding.Id, finding.Severity));
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_secrets_are_found() => Assert.Equal("SecretsMissing", Assert.Single(Find(Good, lost: true)).Id);

    [Theory]
    [InlineData("203.0.113.7", null, "203.0.113.7")]
    [InlineData("203.0.113.7", "198.51.100.10", "203.0.113.7")]
    [InlineData("10.0.0.5", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.5", "198.51.100.10", null)]
    [InlineData("10.0.0.5", null, null)]
    public void The_address_is_the_server_s_own_or_behind_a_translation_what_its_name_stands_for(string own, string? resolved, string? changed)
    {
        var finding = Find(Good with { Addresses = [own], Source = own }, resolved is null ? [] : [resolved]).SingleOrDefault(finding => finding.Id == "AddressChanged");

        Assert.Equal(changed is not null, finding is not null);
        Assert.True(changed is null || finding!.Remedy.Contains("-PublicAddress " + changed, StringComparison.Ordinal));
    }

    [Fact]
    public void All_that_is_wrong_is_found_at_once_the_worst_first()
    {
        var findings = Find(With(Good with { Forwarding = false, DiskFree = 1024 }, deployed => deployed with { EngineActive = false, RulesHash = null }));

        Assert.Equal(["EngineStopped", "ForwardingOff", "RulesMissing", "DiskFull"], findings.Select(finding => finding.Id));
    }

    private static ServerFacts Drifted(string id) => id switch
    {
        "EngineStopped" => With(Good, deployed => deployed with { EngineActive = false }),
        "EngineNotEnabled" => With(Good, deployed => deployed with { EngineEnabled = false }),
        "FirewallStopped" => With(Good, deployed => deployed with { FirewallActive = false }),
        "FirewallNotEnabled" => With(Good, deployed => deployed with { FirewallEnabled = false }),
        "ForwardingOff" => Good with { Forwarding = false },
        "FileMissing" => Good with { Files = [.. Good.Files.Where(file => !file.Path.EndsWith("engine.yaml", StringComparison.Ordinal))] },
        "FileChanged" => File("engine.yaml", file => file with { Hash = "other" }, Good),
        "FileOutdated" => File("engine.yaml", file => file with { Hash = "old" }, Recorded("old", "/etc/gostbt/home/engine.yaml")),
        "RulesMissing" => With(Good, deployed => deployed with { RulesHash = null }),
        "RulesChanged" => With(Good, deployed => deployed with { RulesHash = "other" }),
        "EngineOld" => Old(),
        "CertificateMissing" => With(Good, deployed => deployed with { CertificatePem = null }),
        "CertificateBroken" => With(Good, deployed => deployed with { CertificatePem = Samples.CertificatePem }),
        "CertificateOther" => With(Good, deployed => deployed with { CertificatePem = Make(Now.AddYears(5)) }),
        "CertificateExpired" => With(Good, deployed => deployed with { CertificatePem = Make(Now.AddDays(-1), same: true) }),
        "CertificateExpiring" => With(Good, deployed => deployed with { CertificatePem = Make(Now.AddDays(20), same: true) }),
        "DiskFull" => Good with { DiskFree = 50 * 1024 },
        "ClockWrong" => Good with { Clock = Now.AddMinutes(10) },
        "Conflict" => Good with { Sockets = [.. Good.Sockets, new ListeningSocket(PortProtocol.Tcp, "0.0.0.0", 6666, "nginx", 5)] },
        "Outdated" => With(Good, deployed => deployed with { Manifest = ["gostbt-manifest 1", "rules abc"] }),
        _ => Good with { Profiles = [] },
    };

    // As Good is, but deployed with another gostbt.
    private static ServerFacts Old()
    {
        var old = Samples.Deployed(Profile, PlannedFile.OfText("/usr/local/lib/gostbt/fedcba9876543210/gostbt", "755", "root", "an older engine"));
        return Good with { Files = old.Files, Profiles = [Good.Profiles[0] with { Manifest = old.Profiles[0].Manifest }] };
    }

    private static ServerFacts With(ServerFacts facts, Func<DeployedProfile, DeployedProfile> change) => facts with { Profiles = [change(facts.Profiles[0])] };

    private static ServerFacts Recorded(string hash, string path) => With(Good, deployed => deployed with { Manifest = [.. deployed.Manifest, $"file {hash} {path}"] });

    private static ServerFacts File(string end, Func<PlacedFile, PlacedFile> change, ServerFacts facts) =>
        facts with { Files = [.. facts.Files.Select(file => file.Path.EndsWith(end, StringComparison.Ordinal) ? change(file) : file)] };

    private static IReadOnlyList<ServerFinding> Find(ServerFacts facts, string[]? resolved = null, bool lost = false)
    {
        var ssh = new SshOptions { Target = ServerTarget.Parse("root@vps.example.net") };
        return ServerDrift.Find(ServerPlanner.Compare(Profile, ssh, facts, Samples.Secrets, Samples.Engine, keepEngine: true), lost ? null : Secrets, resolved ?? [], Now);
    }


    private static string Make(DateTimeOffset end, bool same = false)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gostbt", same || Certificate is null ? Key : other, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Now.AddYears(-1), end);
        return certificate.ExportCertificatePem() + "\n";
    }
}
