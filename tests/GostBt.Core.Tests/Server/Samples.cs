using GostBt.Model;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Server;

/// <summary>A profile, a server and secrets as tests want them.</summary>
internal static class Samples
{
    public const string CertificatePem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    /// <summary>What facts.sh printed on a fresh Debian 12.</summary>
    public const string FreshDebian = """
        gostbt-facts 1
        os Debian GNU/Linux 12 (bookworm)
        arch x86_64
        kernel 6.1.0-28-amd64
        clock 1795341383
        init systemd
        systemd 252
        nft 1.0.6
        nft-works yes
        tun yes
        socket tcp LISTEN 0      128    0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=35,fd=3))
        socket tcp LISTEN 0      128       [::]:22    [::]:* users:(("sshd",pid=35,fd=4))
        socket udp UNCONN 0      0      127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=312,fd=16))
        ssh-port 22
        address lo 127.0.0.1/8
        address eth0 198.51.100.10/30
        source 198.51.100.10
        address6 eth0 2001:db8:10::10/64
        source6 2001:db8:10::10
        route 198.51.100.8/30 eth0
        nameserver 198.51.100.1
        nameserver 2001:db8::1
        ip-forward 0
        disk-free 76237288
        end

        """;

    public static readonly ProfileSecrets Secrets = new("relay-user", "s3cret-of-the-relay", string.Empty);

    public static readonly PlannedFile Engine = PlannedFile.OfText("/usr/local/lib/gostbt/0123456789abcdef/gostbt", "755", "root", "the engine");

    public static ServerFacts Fresh => ServerFactsParser.Parse(FreshDebian);

    public static ServerRequest Request(string name = "home") => new()
    {
        Name = new ProfileName(name),
        Target = ServerTarget.Parse("root@vps.example.net"),
        Ports = [new PublishedPort(6666), new PublishedPort(7000, PortProtocol.Udp)],
        PublicAddress = "198.51.100.10",
        Ssh = new SshOptions { Target = ServerTarget.Parse("root@vps.example.net") },
    };

    /// <summary>A profile as planning finds it: with the server's addresses.</summary>
    public static Profile Profile(string name = "home")
    {
        var profile = Request(name).ToProfile(null);
        return profile with { Server = profile.Server with { PublicAddress6 = "2001:db8:10::10" } };
    }

    public static ServerPlan Plan(Profile profile, ServerFacts facts, PlannedFile? engine = null) =>
        ServerPlanner.Plan(profile, new SshOptions { Target = ServerTarget.Parse("root@vps.example.net") }, facts, Secrets, engine ?? Engine);

    /// <summary>The facts of a server on which <paramref name="profile"/> is deployed and runs.</summary>
    public static ServerFacts Deployed(Profile profile) => Deployed(profile, Engine);

    /// <summary>The same with another gostbt.</summary>
    public static ServerFacts Deployed(Profile profile, PlannedFile engine)
    {
        var plan = Plan(profile, Fresh, engine);
        var name = profile.Name.Value;
        var folder = "/etc/gostbt/" + name;
        return Fresh with
        {
            Forwarding = true,
            HasUser = true,
            Sockets =
            [
                .. Fresh.Sockets,
                new ListeningSocket(PortProtocol.Tcp, "*", profile.Tunnel.Port, "gostbt", 900),
                new ListeningSocket(PortProtocol.Udp, "127.0.0.1", profile.Tunnel.TunPort, "gostbt", 900),
            ],
            Routes = [.. Fresh.Routes, (profile.Tunnel.Network, "gbt-" + name)],
            Files =
            [
                .. plan.Files.Select(file => new PlacedFile(file.Path, file.Hash, file.Mode, "root:" + file.Group)),
                new PlacedFile(folder + "/cert.pem", "00", "640", "root:gbt-" + name),
                new PlacedFile(folder + "/key.pem", "00", "640", "root:gbt-" + name),
            ],
            Profiles =
            [
                new DeployedProfile
                {
                    Name = name,
                    Manifest = [.. plan.ManifestHead.Split('\n', StringSplitOptions.RemoveEmptyEntries), "file 00 /etc/gostbt/x", $"file {engine.Hash} {engine.Path}", "rules abc"],
                    CertificatePem = CertificatePem,
                    EngineActive = true,
                    EngineEnabled = true,
                    FirewallActive = true,
                    FirewallEnabled = true,
                    ProcessId = 900,
                    RulesHash = "abc",
                },
            ],
        };
    }
}
