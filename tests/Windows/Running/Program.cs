using System.Reflection;
using Xunit.Sdk;

namespace GostBt.Windows.Tests.Running;

/// <summary>
/// Runs the tests of the assemblies that are named, one after another: <c>GostBt.Windows.Tests.exe ASSEMBLY[=TEXT,TEXT…]…</c>, with texts only the tests whose names hold one of
/// them. Prints what failed and why was skipped, last the counts. The exit code is 1 when anything failed or nothing ran.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        StaleFrames.Watch();
        using var results = new Results(Console.Out);
        foreach (var argument in arguments)
        {
            var parts = argument.Split('=', 2);
            Run(Assembly.Load(parts[0]), parts is [_, var texts] ? texts.Split(',') : [""], results);
        }

        results.Sum();
        return results is { Failed: 0, Passed: > 0 } ? 0 : 1;
    }

    private static void Run(Assembly assembly, string[] texts, Results results)
    {
        using var framework = new XunitTestFramework(results);
        using var found = new FoundTests();
        using (var discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly)))
        {
            discoverer.Find(includeSourceInformation: false, found, new RunOptions());
            found.Finished.Wait();
        }

        results.Finished.Reset();
        SynchronizationContext.SetSynchronizationContext(new PoolContext());
        using var executor = framework.GetExecutor(assembly.GetName());
        executor.RunTests(found.Cases.Where(test => texts.Any(text => test.DisplayName.Contains(text, StringComparison.Ordinal))), results, new RunOptions());
        results.Finished.Wait();
    }
}
