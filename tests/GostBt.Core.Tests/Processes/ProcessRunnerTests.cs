using System.Diagnostics;
using System.Globalization;
using System.Text;
using GostBt.Model;
using GostBt.Processes;

namespace GostBt.Core.Tests.Processes;

public sealed class ProcessRunnerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Exit_code_and_both_outputs_come_back()
    {
        var outcome = await RunShell("printf out; printf err >&2; exit 7");

        Assert.Equal(new ProcessOutcome(7, "out", "err"), outcome);
    }

    [Fact]
    public async Task Without_an_input_the_child_reads_an_end_of_file()
    {
        var outcome = await RunShell("cat; echo done");

        Assert.Equal("done\n", outcome.Output);
    }

    [Fact]
    public async Task Megabytes_in_and_out_do_not_deadlock()
    {
        var bytes = Encoding.ASCII.GetBytes(new string('x', 3_000_000));

        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-c", "tee /dev/stderr"]) { Deadline = Long }.WithInput(bytes), CancellationToken.None);

        Assert.Equal(bytes.Length, outcome.Output.Length);
        Assert.Equal(bytes.Length, outcome.Error.Length);
        Assert.False(outcome.Truncated);
    }

    [Fact]
    public async Task Output_beyond_the_limit_is_dropped_and_said_so()
    {
        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-c", "head -c 5000000 /dev/zero"]) { Deadline = Long, OutputLimit = 1000 }, CancellationToken.None);

        Assert.Equal(1000, outcome.Output.Length);
        Assert.True(outcome.Truncated);
        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public async Task A_child_that_ends_without_reading_its_input_is_no_error()
    {
        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-c", "exit 3"]) { Deadline = Long }.WithInput(new byte[4_000_000]), CancellationToken.None);

        Assert.Equal(3, outcome.ExitCode);
    }

    [Fact]
    public async Task Variables_are_set_and_removed()
    {
        Environment.SetEnvironmentVariable("GOSTBT_TEST_GONE", "here");
        var outcome = await ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-c", "echo \"$GOSTBT_TEST_SET:$GOSTBT_TEST_GONE\""])
            {
                Environment = new Dictionary<string, string?> { ["GOSTBT_TEST_SET"] = "a b", ["GOSTBT_TEST_GONE"] = null },
                Deadline = Long,
            },
            CancellationToken.None);

        Assert.Equal("a b:\n", outcome.Output);
    }

    [Fact]
    public async Task Cancelling_ends_the_child_and_its_children_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var pid = new TaskCompletionSource<int>();
        var watch = new Stopwatch();
        var command = new ProcessCommand("/bin/sh", ["-c", "sleep 300 & echo $!; wait"]);
        using var child = ChildProcess.StartLines(command, line => pid.TrySetResult(int.Parse(line, CultureInfo.InvariantCulture)));
        var grandchild = await pid.Task.WaitAsync(Long);

        var running = ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", ["-c", "sleep 300"]), cancel.Token);
        watch.Start();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"took {watch.Elapsed}");

        child.Kill();
        await child.Exited.WaitAsync(Long);
        Assert.True(await IsGone(grandchild));
    }

    [Fact]
    public async Task A_passed_deadline_is_a_timeout()
    {
        var error = await Assert.ThrowsAsync<GostBtException>(() => ProcessRunner.RunAsync(
            new ProcessCommand("/bin/sh", ["-c", "sleep 300"]) { Deadline = TimeSpan.FromMilliseconds(200) }, CancellationToken.None));

        Assert.Equal(GostBtFailure.Timeout, error.Failure);
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var error = await Assert.ThrowsAsync<ProcessStartException>(() =>
            ProcessRunner.RunAsync(new ProcessCommand("gostbt-no-such-program", []), CancellationToken.None));

        Assert.Equal("gostbt-no-such-program", error.FileName);
    }

    [Fact]
    public async Task A_grandchild_that_keeps_the_pipes_open_does_not_hold_the_caller()
    {
        var watch = Stopwatch.StartNew();
        var outcome = await RunShell("sleep 20 & echo $!");

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
        using var left = Process.GetProcessById(int.Parse(outcome.Output, CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task StopAsync_lets_the_child_end_by_itself()
    {
        var lines = new List<string>();
        using var child = ChildProcess.StartLines(
            new ProcessCommand("/bin/sh", ["-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done"]), line =>
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            });
        while (!Has("ready"))
        {
            await Task.Delay(20);
        }

        Assert.Equal(5, await child.StopAsync(Long, CancellationToken.None));
        await child.WaitForExitAsync(CancellationToken.None);
        Assert.True(Has("bye"));

        bool Has(string line)
        {
            lock (lines)
            {
                return lines.Contains(line);
            }
        }
    }

    [Fact]
    public async Task What_was_open_for_a_child_is_closed_with_it_and_not_left_to_the_garbage_collector()
    {
        const int Children = 200;
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < Children; i++)
        {
            await RunShell("exit 0");
        }

        // Other tests of this process open and close files meanwhile; two pipes a child would show all the same.
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + (Children / 2));
    }

    [Fact]
    public void The_text_form_does_not_show_input_or_environment()
    {
        var command = new ProcessCommand("ssh", ["host"]) { Environment = new Dictionary<string, string?> { ["A"] = "s3cret" } }.WithInput("s3cret");

        Assert.Equal("ssh host", command.ToString());
    }

    private static Task<ProcessOutcome> RunShell(string script) =>
        ProcessRunner.RunAsync(new ProcessCommand("/bin/sh", ["-c", script]) { Deadline = Long }, CancellationToken.None);

    private static async Task<bool> IsGone(int pid)
    {
        for (var i = 0; i < 100; i++)
        {
            // A zombie (state Z) is gone too: only its parent, init, has not collected it yet.
            var stat = $"/proc/{pid}/stat";
            try
            {
                if (!File.Exists(stat) || (await File.ReadAllTextAsync(stat)).Contains(") Z ", StringComparison.Ordinal))
                {
                    return true;
                }
            }
            catch (IOException)
            {
                return true;
            }

            await Task.Delay(20);
        }

        return false;
    }
}
