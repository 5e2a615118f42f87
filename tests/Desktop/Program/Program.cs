using System.Reflection;

namespace GostBt.Desktop.Tests;

/// <summary>
/// Loads the module's assemblies from the folder that is named, by its own loader, then makes every check, one after another. Prints what failed, last the counts; the exit code is
/// 1 when anything failed.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        var module = new LoadedModule(Path.GetFullPath(arguments[0]));

        // This program's own references to Core are to the one that the loader has loaded.
        AppDomain.CurrentDomain.AssemblyResolve += (_, request) => new AssemblyName(request.Name).Name == "GostBt.Core" ? module.Core : null;
        var results = new Results();
        LoadingChecks.Run(results, module);
        CoreChecks.Run(results);
        return results.Sum();
    }
}
