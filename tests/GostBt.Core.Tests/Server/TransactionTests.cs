using GostBt.Processes;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Server;

/// <summary>transaction.sh, and what begins and ends a transaction, over folders of the test's own.</summary>
public sealed class TransactionTests : IDisposable
{
    // An init system that does whatever it is told.
    private const string Services = """
        for function in service_reload service_enable service_disable service_remove service_remove_unused service_restart service_stop service_active \
            service_log firewall_start firewall_reload firewall_active timer_disarm; do eval "$function() { :; }"; done

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("gostbt-transaction-").FullName;

    private string Transaction => Path.Combine(_folder, "state", "transaction");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("1", "mv \"$transaction\" \"$transaction.done\"", "settled", false)] // Nobody verified it, and its timer is dead.
    [InlineData("9999999999", "mv \"$transaction\" \"$transaction.done\"", "settled", false)] // It was never taken back at boot.
    [InlineData("1", "exit 1", "refused", true)]
    public async Task A_deployment_that_nobody_takes_back_any_more_is_taken_back_by_the_next_run(string deadline, string rollback, string outcome, bool stands)
    {
        Begin(("name", "home"), ("deadline", deadline), ("applied", ""), ("rollback.sh", $"transaction='{Transaction}'\n{rollback}"));

        var result = await RunAsync($"TMPDIR='{_folder}'\n" + Script("transaction.sh") + "if settle; then echo settled; else echo refused; fi");

        Assert.Equal((outcome, stands), (result.Output.Trim(), Directory.Exists(Transaction)));
    }

    [SkippableFact]
    public async Task A_verification_that_comes_late_does_not_judge_the_next_deployment()
    {
        Begin(("name", "home"), ("id", "second"), ("deadline", "9999999999"), ("applied", ""), ("rollback.sh", $"mv '{Transaction}' '{Transaction}.done'"));

        var result = await RunAsync(
            "NAME=home ID=first PORT=8443 TUN=gbt-home ADDRESS=192.168.123.1 REFUSED=''\n" + Services + Script("transaction.sh", "verify.sh"));

        Assert.Equal((1, "failed nobody came to verify it in time, and the server took it back\n"), (result.ExitCode, result.Output));
        Assert.True(Directory.Exists(Transaction));
    }

    [SkippableFact]
    public async Task A_rollback_that_is_cut_off_anywhere_is_completed_by_the_next()
    {
        var struck = 0;
        for (var call = 1; struck == call - 1; call++)
        {
            var etc = Directory.CreateDirectory(Path.Combine(_folder, "etc", "home")).FullName;
            string[] paths = [Path.Combine(etc, "replaced"), Path.Combine(etc, "kept"), Path.Combine(etc, "added"), Path.Combine(etc, "removed")];
            Begin(("name", "home"), ("id", "1"), ("update", ""), ("paths", string.Join('\n', paths)), ("existed", "1\n2\n4"));
            Begin(("files", ""), ("folders", ""), ("forward", "1"), ("redirects", "0"));
            Directory.CreateDirectory(Path.Combine(_folder, "proc", "net", "ipv4", "conf", "all"));
            await RunAsync($"""
                cd '{etc}'
                mkdir '{Transaction}/old'
                for file in replaced kept removed; do echo "old $file" >$file; done
                ln replaced '{Transaction}/old/1'; ln kept '{Transaction}/old/2'; ln removed '{Transaction}/old/4'
                for file in replaced added; do echo new >$file.new; mv $file.new $file; done
                rm removed
                stat -c '%a %u:%g' . >'{Transaction}/folder'
                mkdir -p '{_folder}/bin'
                echo 0 >'{_folder}/calls'
                for program in mv ln cp rm install; do
                    printf '%s\n' '#!/bin/sh' "PATH=/usr/bin:/bin" "$program"' "$@"; code=$?' \
                        "calls=\$((\$(cat '{_folder}/calls') + 1)); echo \$calls >'{_folder}/calls'" "[ \$calls -ne {call} ] || kill -s KILL \$PPID" 'exit $code' >"{_folder}/bin/$program"
                    chmod 755 "{_folder}/bin/$program"
                done
                """);

            if ((await RollBackAsync()).ExitCode != 0) struck++;
            if (Directory.Exists(Transaction)) await RollBackAsync();

            Assert.False(Directory.Exists(Transaction), $"call {call}");
            Assert.Equal(["kept: old kept", "removed: old removed", "replaced: old replaced"], Contents(etc));
            Directory.Delete(Path.Combine(_folder, "state"), recursive: true);
        }

        Assert.InRange(struck, 5, 30);

        Task<ProcessOutcome> RollBackAsync() => RunAsync("set -- home; GOSTBT_LOCKED=yes\n" + Services + Script("transaction.sh", "rollback.sh"));
    }

    private static IEnumerable<string> Contents(string folder) =>
        Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)}: {File.ReadAllText(file).TrimEnd()}");

    private void Begin(params (string Name, string Text)[] files)
    {
        Skip.IfNot(File.Exists("/proc/uptime") && File.Exists("/bin/sh"), "the script is for Linux");
        Directory.CreateDirectory(Transaction);
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(Transaction, name), text.Length == 0 ? text : text + "\n");
        }
    }

    private string Script(params string[] parts) => string.Concat(parts.Select(part => EmbeddedScript.Read("Server", part)))
        .Replace("/var/lib/gostbt", _folder + "/state", StringComparison.Ordinal)
        .Replace("/run/gostbt", _folder + "/run", StringComparison.Ordinal)
        .Replace("/usr/local/lib/gostbt", _folder + "/lib", StringComparison.Ordinal)
        .Replace("/etc/gostbt", _folder + "/etc", StringComparison.Ordinal)
        .Replace("/proc/sys", _folder + "/proc", StringComparison.Ordinal)
        .Replace("PATH=\"", $"PATH=\"{_folder}/bin:", StringComparison.Ordinal);

    private static Task<ProcessOutcome> RunAsync(string script) =>
        ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", ["-c", script]) { Deadline = TimeSpan.FromSeconds(60) }, CancellationToken.None);
}
