using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Processes;
using GostBt.Profiles;
using GostBt.Server;
using GostBt.Ssh;
using GostBt.Tunnel;

namespace GostBt.Desktop.Tests;

/// <summary>Core's work that needs no server and no rights, on .NET Framework.</summary>
internal static class CoreChecks
{
    private const string Yaml = """
        version: 1
        name: home
        server: { host: vps.example.net, user: root, publicAddress: 198.51.100.10 }
        ports: [ { port: 6666, protocol: both }, { port: 7000, protocol: udp } ]
        """;

    public static void Run(Results results)
    {
        results.Check("A profile is read, written and read again", () =>
        {
            var written = ProfileYaml.Write(ProfileYaml.Parse(Yaml, "home.yaml"));
            Expect.Equal(written, ProfileYaml.Write(ProfileYaml.Parse(written, "home.yaml")));
            Expect.Contains("vps.example.net", written);
        });
        results.Check("An unknown key is an error that names it", () =>
            Expect.Contains("colour", Expect.Throws<GostBtException>(() => ProfileYaml.Parse(Yaml + "\ncolour: red\n", "home.yaml")).Message));
        results.Check("Profiles are kept, listed and removed", KeepsProfiles);
        results.Check("nftables rules are rendered", () =>
        {
            var rules = NftRenderer.Render(Firewall());
            Expect.Contains("table ", rules);
            Expect.Contains("6666", rules);
            Expect.Contains("7000", rules);
        });
        results.Check("iptables rules are rendered", () =>
        {
            Expect.Contains("--dport", IptablesRenderer.Render4(Firewall()));
            Expect.Contains("GOSTBT-", IptablesRenderer.Render6(Firewall()));
        });
        results.Check("Shell words are quoted", () => Expect.Equal("'it'\\''s $HOME'", ShellQuote.Quote("it's $HOME")));
        results.Check("Arguments are joined", () => Expect.Equal("plain \"a b\" \"say \\\"x\\\"\" \"\"", ProcessArguments.Join(["plain", "a b", "say \"x\"", ""])));
        results.Check("Ports are parsed", () => Expect.Equal("65001-65010:55001-55010/tcp", PublishedPort.Parse("65001-65010:55001-55010/tcp", PortProtocol.Both).ToString()));
        results.Check("PBKDF2 is .NET Framework's own", () =>
        {
            var (secret, salt) = (Encoding.UTF8.GetBytes("Password"), Encoding.UTF8.GetBytes("NaCl, and more"));
            using var theirs = new Rfc2898DeriveBytes(secret, salt, 1000, HashAlgorithmName.SHA256);
            Expect.True(theirs.GetBytes(Pbkdf2.Length).SequenceEqual(Pbkdf2.Derive(secret, salt, 1000)), "another key");
        });
        results.Check("What is sealed opens with its passphrase only", () =>
        {
            using var passphrase = SshPassword.From("correct horse battery staple");
            using var other = SshPassword.From("wrong horse battery staple");
            var sealedText = SealedText.Seal("password: s3cret\n", passphrase);
            Expect.Equal("password: s3cret\n", SealedText.Open(sealedText, "home.gostbt", passphrase));
            Expect.Throws<GostBtException>(() => SealedText.Open(sealedText, "home.gostbt", other));
        });
        results.Check("A pipe carries lines, and bounds them", () =>
        {
            using var server = new AnonymousPipeServerStream(PipeDirection.Out);
            using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
            AgentPipe.WriteLineAsync(server, "status", CancellationToken.None).GetAwaiter().GetResult();
            Expect.Equal("status", AgentPipe.ReadLineAsync(client, AgentPipe.LongestRequest, CancellationToken.None).GetAwaiter().GetResult());
            AgentPipe.WriteLineAsync(server, new string('x', 100), CancellationToken.None).GetAwaiter().GetResult();
            Expect.Throws<InvalidDataException>(() => AgentPipe.ReadLineAsync(client, AgentPipe.LongestRequest, CancellationToken.None).GetAwaiter().GetResult());
        });
        results.Check("The scheduled task is written and found again", () =>
        {
            var agent = new AgentCommandLine(new ProfileName("home"), "/p/gostbt.exe", new GostBtPaths("/me/config", "/me/state"));
            var task = ScheduledTask.Write(agent, @"PC\me", atBoot: true);
            Expect.True(ScheduledTask.Difference(task, task.ToString()) is null, "another one");
            Expect.True(ScheduledTask.Starts(task.ToString(), agent), "another's");
            Expect.Contains("disabled", ScheduledTask.Difference(task, task.ToString().Replace("<Enabled>true", "<Enabled>false")) ?? "nothing");
        });
        results.Check("The states' table is whole", () =>
            Expect.True(Enum.GetValues(typeof(TunnelState)).Cast<TunnelState>().Count(state => state.Carries()) is 2, "other states carry"));
    }

    private static FirewallPlan Firewall()
    {
        var profile = ProfileYaml.Parse(Yaml, "home.yaml");
        return new FirewallPlan
        {
            Table = "gostbt_home",
            User = "gostbt-home",
            Device = "gbt-home",
            Network = TunnelNetwork.Parse(profile.Tunnel.Network),
            Client = profile.Tunnel.Client,
            Tcp = FirewallPorts.For(profile.Ports, PortProtocol.Tcp),
            Udp = FirewallPorts.For(profile.Ports, PortProtocol.Udp),
            TunnelPort = 8443,
            TunPort = 8421,
            Mtu = 1420,
        };
    }

    private static void KeepsProfiles()
    {
        var folder = Path.Combine(Path.GetTempPath(), "gostbt-desktop-" + Guid.NewGuid().ToString("N"));
        try
        {
            var store = new ProfileStore(new GostBtPaths(Path.Combine(folder, "config"), Path.Combine(folder, "state")));
            store.Save(ProfileYaml.Parse(Yaml, "home.yaml"));
            store.Save(ProfileYaml.Parse(Yaml.Replace("host: vps", "host: other"), "home.yaml"));
            var name = new ProfileName("home");
            Expect.Equal("home", string.Join(" ", store.List()));
            Expect.Equal("other.example.net", store.Load(name).Server.Host);
            store.Remove(name);
            Expect.True(!store.Exists(name), "it is still there");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
