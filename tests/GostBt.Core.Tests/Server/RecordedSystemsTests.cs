using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GostBt.Model;
using GostBt.Processes;
using GostBt.Server;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Server;

/// <summary>
/// facts.sh itself, run by the shell of the system in the record, over a folder in which that system's tools answer as recorded and no other tool is
/// to be found; and the plan, or the refusal, that follows from it.
/// </summary>
public sealed class RecordedSystemsTests : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Server", "Recorded");

    // What every system has, whoever makes it. Debian's busybox is built without the last two, other systems' with them.
    private static readonly string[] Common =
    [
        "awk", "cat", "cut", "date", "df", "grep", "head", "id", "printf", "sed", "sha256sum", "sort", "stat", "tail", "tr", "uname", "wc", "flock", "install",
    ];

    // Not in busybox.
    private static readonly string[] Full = ["useradd", "userdel", "setsid", "setpriv"];

    private readonly string _root = Directory.CreateTempSubdirectory("gostbt-recorded-").FullName;

    public static TheoryData<string> Systems => [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableTheory]
    [MemberData(nameof(Systems))]
    public async Task Facts_and_what_follows_from_them(string system)
    {
        var record = Read(system);

        var facts = await FactsAsync(record);

        Expected(system, Describe(facts) + Outcome(facts));
    }

    [SkippableTheory]
    [InlineData("dash")]
    [InlineData("bash")]
    [InlineData("busybox sh")]
    public async Task Every_shell_finds_the_same(string shell)
    {
        var record = Read("devuan-5");
        record["shell"] = shell;

        Expected("devuan-5", Describe(await FactsAsync(record)) + Outcome(await FactsAsync(record)));
    }

    [SkippableFact]
    public async Task Of_resolv_conf_only_addresses_are_name_servers()
    {
        var record = Read("devuan-5");
        record["/etc/resolv.conf"] = """
            # nameserver 203.0.113.1
            search example.org
            nameserver localhost
            nameserver example.org
            nameserver 198.51.100.1 # the provider's
            nameserver 1
            nameserver 010.1.1.1
            nameserver
              nameserver	2001:DB8::1
            nameserver fe80::1%eth0
            nameserver ::g
            nameserver 198.51.100.2;x
            nameserver 198.51.100.1

            """;

        Assert.Equal(["198.51.100.1", "2001:DB8::1", "fe80::1", "198.51.100.2"], (await FactsAsync(record)).NameServers);
    }

    [SkippableFact]
    public async Task The_plan_for_an_arm64_server() =>
        Golden.Equal("plan-arm64.txt", Samples.Plan(Samples.Profile(), await FactsAsync(Read("ubuntu-24.04-arm64"))).ToString());

    private static Dictionary<string, string> Read(string system)
    {
        var sections = new Dictionary<string, string>(StringComparer.Ordinal);
        string? current = null;
        foreach (var line in File.ReadAllLines(Path.Combine(Folder, system + ".txt")).Where(line => !line.StartsWith("# ", StringComparison.Ordinal)))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal))
            {
                sections[current = line[3..]] = string.Empty;
            }
            else
            {
                sections[current!] += line + "\n";
            }
        }

        return sections.ToDictionary(pair => pair.Key, pair => pair.Key is "shell" or "init" ? pair.Value.Trim() : pair.Value, StringComparer.Ordinal);
    }

    private static string? Find(string tool) =>
        new[] { "/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/" }.Select(folder => folder + tool).FirstOrDefault(File.Exists);

    private static void Expected(string system, string actual)
    {
        File.WriteAllText(Path.Combine(Folder, system + ".actual"), actual);
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, system + ".expected")).ReplaceLineEndings("\n"), actual);
    }

    private static string Describe(ServerFacts facts)
    {
        var text = new StringBuilder();
        void Line(string key, object? value) => text.Append(CultureInfo.InvariantCulture, $"{key} {value}\n");
        Line("system", facts.System);
        Line("processor", facts.Architecture);
        Line("init", facts.Init + (facts.Systemd is { } version ? " " + version.ToString(CultureInfo.InvariantCulture) : string.Empty));
        Line("nft", $"{facts.Nft ?? "none"}, {(facts.NftWorks ? "works" : "does not work")}, iptables {(facts.IptablesWorks ? "works" : "not asked or does not work")}");
        Line("firewall", facts.FirewallFrontEnd ?? "none");
        Line("source", $"{facts.Source ?? "none"} {string.Join(' ', facts.Addresses)}");
        Line("missing", facts.MissingTools.Count == 0 ? "nothing" : string.Join(' ', facts.MissingTools));
        foreach (var socket in facts.Sockets)
        {
            Line("listens", $"{socket.Protocol} {socket.Address} {socket.Port} {socket.Owner}");
        }

        return text.ToString();
    }

    private static string Outcome(ServerFacts facts)
    {
        try
        {
            var plan = Samples.Plan(Samples.Profile(), facts);
            return "planned, with these for its services and its firewall:\n" + string.Concat(plan.Files
                .Select(file => file.Path)
                .Where(path => path.StartsWith("/etc/systemd/", StringComparison.Ordinal) || path.StartsWith("/etc/init.d/", StringComparison.Ordinal) || path.Contains("/firewall", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(path => $"  {path}\n"));
        }
        catch (GostBtException refusal)
        {
            return $"refused ({refusal.Failure}): {refusal.Message}\n{refusal.Remedy}\n";
        }
    }

    private async Task<ServerFacts> FactsAsync(Dictionary<string, string> record)
    {
        var words = record["shell"].Split(' ');
        var shell = Find(words[0]);
        Skip.If(shell is null, words[0] + " is not installed");
        var busybox = words[0] == "busybox";
        Lay(record, busybox ? shell! : null);
        var script = Regex.Replace("NAME=home\nUSER_NAME=gbt-home\n" + ServiceBackend.FoundFunctions + EmbeddedScript.Read("Server", "transaction.sh") + EmbeddedScript.Read("Server", "facts.sh"), "PATH=\"[^\"]*\"", $"PATH=\"{_root}/bin\"")
            .Replace("/dev/net/tun", "/dev/null", StringComparison.Ordinal);
        script = Regex.Replace(script, "(?<![A-Za-z.])/(etc|run|usr/local)/", $"{_root}/$1/").Replace("/usr/local |", _root + "/usr/local |", StringComparison.Ordinal);

        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand(shell!, [.. words[1..], "-s"]) { Deadline = TimeSpan.FromSeconds(60) }.WithInput(script), CancellationToken.None);

        Assert.Equal(string.Empty, outcome.Error);
        return ServerFactsParser.Parse(outcome.Output);
    }

    private void Lay(Dictionary<string, string> record, string? busybox)
    {
        foreach (var folder in new[] { "bin", "etc", "usr/local", "run" })
        {
            Directory.CreateDirectory(Path.Combine(_root, folder));
        }

        File.WriteAllText(Path.Combine(_root, "etc/os-release"), record["/etc/os-release"]);
        File.WriteAllText(Path.Combine(_root, "etc/resolv.conf"), record.GetValueOrDefault("/etc/resolv.conf", "nameserver 198.51.100.1\n"));
        Directory.CreateDirectory(Path.Combine(_root, record["init"] switch { "systemd" => "run/systemd/system", "openrc" => "run/openrc", _ => "etc/init.d" }));
        foreach (var tool in busybox is null || record["init"] == "sysv" ? [.. Common, .. Full] : Common)
        {
            var link = Path.Combine(_root, "bin", tool);
            if (!File.Exists(link))
            {
                File.CreateSymbolicLink(link, (Full.Contains(tool) || tool is "flock" or "install" ? null : busybox) ?? Find(tool) ?? throw new InvalidOperationException($"This machine has no {tool}."));
            }
        }

        if (record["init"] == "sysv")
        {
            Stub("update-rc.d", []);
        }

        foreach (var tool in record.Where(pair => pair.Key.Contains(' ', StringComparison.Ordinal)).GroupBy(pair => pair.Key.Split(' ')[0]))
        {
            Stub(tool.Key, tool.Select(pair => (pair.Key[(tool.Key.Length + 1)..], pair.Value)));
        }
    }

    /// <summary>A program that says what was recorded for these arguments, and fails for others.</summary>
    private void Stub(string tool, IEnumerable<(string Arguments, string Output)> answers)
    {
        var path = Path.Combine(_root, "bin", tool);
        File.Delete(path);
        var cases = answers.Select(answer => $"'{answer.Arguments}')\n/bin/cat <<'RECORD'\n{answer.Output}RECORD\n;;\n");
        File.WriteAllText(path, $"#!/bin/sh\ncase \"$*\" in\n{string.Concat(cases)}*) exit 1 ;;\nesac\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
