using GostBt.Processes;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Net;

/// <summary>What the probe's script reads on a server, from recorded outputs of its programs (iptables 1.8.9 of Debian 12).</summary>
public sealed class ProbeScriptTests : IDisposable
{
    private const string Empty = ":PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-probe-").FullName;

    [SkippableTheory]
    [InlineData("nf_tables", "-A GOSTBT-PRE-gbt-home -d 198.51.100.10/32 -p tcp -m multiport --dports 6666 -j DNAT --to-destination 192.168.123.2\n", "yes")]
    [InlineData("legacy", "-A PREROUTING -d 198.51.100.10/32 -p udp -m udp --dport 6881:6889 -j DNAT --to-destination 192.168.123.2:7000-7008\n", "yes")]
    [InlineData("nf_tables", "-A PREROUTING -d 198.51.100.10/32 -p udp -m udp --dport 6881 -j DNAT --to-destination 192.168.123.20\n", "no")]
    [InlineData("nf_tables", "-A PREROUTING -d 198.51.100.10/32 -p udp -m udp --dport 6881 -j DNAT --to-destination 192.168.123.20:6881\n", "no")]
    [InlineData("nf_tables", "-A POSTROUTING -s 192.168.123.2/32 -j MASQUERADE\n", "no")]
    [InlineData("legacy", "", "no")]
    public async Task The_translation_by_iptables_is_seen(string kind, string rules, string dnat)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux only");
        var program = kind == "legacy" ? "iptables-legacy-save" : "iptables-save";
        Program(program, $"case $1 in -V) echo '{program} v1.8.9 ({kind})' ;; *) printf '%s' '*nat\n{Empty}{rules}COMMIT\n' ;; esac");
        Program(kind == "legacy" ? "iptables-save" : "iptables-legacy-save", "exit 1");

        // The legacy one is asked only where the kernel has its table.
        Program("grep", "case $* in '-qsx nat '*) exit " + (kind == "legacy" ? "0" : "1") + " ;; esac\nexec /bin/grep \"$@\"");

        Assert.Contains($"fact dnat {dnat}", await FactsAsync(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("active", "fact engine active\n")]
    [InlineData("failed", "fact engine failed\n")]
    [InlineData("", "fact engine \n")]
    public async Task The_engine_s_state_is_systemd_s(string said, string fact)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Linux only");
        Program("systemctl", $"echo '{said}'");
        Assert.Contains(fact, await FactsAsync(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The facts alone: no namespace is made.
    private async Task<string> FactsAsync()
    {
        var script = EmbeddedScript.Read("Net", "probe.sh").TrimEnd();
        Assert.EndsWith("\ngbp_main", script, StringComparison.Ordinal);
        foreach (var program in new[] { "nft", "iptables-save", "iptables-legacy-save", "ip" })
        {
            if (!File.Exists(Path.Combine(_folder, program)))
            {
                Program(program, "exit 1");
            }
        }

        var facts = $"PATH={ShellQuote.Quote(_folder)}:$PATH\nGOSTBT_CLIENT=192.168.123.2 GOSTBT_TARGET=198.51.100.10 GOSTBT_UNIT=gostbt@of-no-test.service\n{script[..^"gbp_main".Length]}gbp_server_facts\n";
        var outcome = await ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", ["-s"]) { Deadline = TimeSpan.FromSeconds(60) }.WithInput(facts), CancellationToken.None);
        return outcome.Output;
    }

    private void Program(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
