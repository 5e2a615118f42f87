using System.Globalization;
using Xunit.Abstractions;

namespace GostBt.Lab.Tests.Faults;

/// <summary>The times to recover: one line each in the test's output and at the end of the file that <see cref="Variable"/> names.</summary>
internal static class FaultTable
{
    /// <summary>The environment variable with the table's file.</summary>
    public const string Variable = "GOSTBT_FAULT_TABLE";

    /// <summary>What vanished from the PC is put back.</summary>
    public static readonly TimeSpan PutBack = TimeSpan.FromSeconds(2);

    /// <summary>The tunnel works again after the cause is gone.</summary>
    public static readonly TimeSpan Recovered = TimeSpan.FromSeconds(5);

    /// <summary>A carrier that died without a word is noticed.</summary>
    public static readonly TimeSpan Noticed = TimeSpan.FromSeconds(10);

    /// <summary>Prints a time and states that it is not far beyond its limit.</summary>
    public static void Add(ITestOutputHelper output, string fault, TimeSpan took, TimeSpan limit)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"FAULT {fault}: recovered in {took.TotalMilliseconds:0} ms (limit {limit.TotalMilliseconds:0})");
        Print(output, line);
        AssertWithin(took, limit, line);
    }

    /// <summary>
    /// States that a time is within twice its limit; on a machine with several others' work waiting for every core, within eight times: there a process alone takes seconds to start, and
    /// the figure in the table tells.
    /// </summary>
    public static void AssertWithin(TimeSpan took, TimeSpan limit, string line) => Assert.True(took <= limit * (IsBusy() ? 8 : 2), line);

    /// <summary>Prints a line of the table.</summary>
    public static void Print(ITestOutputHelper output, string line)
    {
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + "\n");
        }
    }

    // The mean number of processes that wanted a core in the last minute (proc(5)); the tests themselves make two or three.
    private static bool IsBusy() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) > 3 * Environment.ProcessorCount;
}
