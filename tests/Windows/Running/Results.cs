using System.Diagnostics;
using Xunit.Abstractions;

namespace GostBt.Windows.Tests.Running;

/// <summary>Counts what ran, and tells what failed and what was skipped. A test that does not end ends the run, by its name.</summary>
internal sealed class Results : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TextWriter _output;
    private readonly Timer _limit;
    private readonly Dictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private string _running = string.Empty;

    public Results(TextWriter output)
    {
        _output = output;
        _limit = new Timer(_ => GiveUp());
    }

    public ManualResetEventSlim Finished { get; } = new();

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting starting:
                _running = starting.Test.DisplayName;
                _limit.Change(Limit, Timeout.InfiniteTimeSpan);
                break;
            case ITestPassed:
                Passed++;
                break;
            case ITestFailed failed:
                Fail(failed.Test.DisplayName, failed);
                break;
            case ITestSkipped skipped:
                _skipped[skipped.Reason] = _skipped.GetValueOrDefault(skipped.Reason) + 1;
                break;
            case ITestAssemblyFinished:
                _limit.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                Finished.Set();
                break;
            case IFailureInformation elsewhere:
                Fail("outside a test", elsewhere);
                break;
        }

        return true;
    }

    /// <summary>The last lines: what was skipped and why, then the counts.</summary>
    public void Sum()
    {
        foreach (var (reason, count) in _skipped)
        {
            _output.WriteLine($"SKIPPED  {count} tests: {reason}");
        }

        _output.WriteLine($"{Passed} passed, {Failed} failed, {_skipped.Values.Sum()} skipped");
    }

    public void Dispose()
    {
        _limit.Dispose();
        Finished.Dispose();
    }

    // Nothing of it may be waited for, the end of the process least of all.
    private void GiveUp()
    {
        _output.WriteLine($"FAILED   {_running}{Environment.NewLine}  did not end within {Limit.TotalSeconds} s");
        Failed++;
        Sum();
        _output.Flush();
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private void Fail(string name, IFailureInformation failure)
    {
        Failed++;
        _output.WriteLine($"FAILED   {name}{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", failure.Messages)}{Environment.NewLine}{failure.StackTraces.FirstOrDefault()}");
    }
}
