using System.Reflection;

namespace GostBt.Loader;

/// <summary>
/// Windows PowerShell 5.1: loads the assembly with the cmdlets, and answers for its dependencies where .NET Framework asks for them. It answers only
/// for the module's own names and only when one of the module's own assemblies asks, so that no other module is ever handed our YamlDotNet.
/// </summary>
public static class ModuleAssembly
{
    private static readonly Lazy<Assembly> Loaded = new(() =>
    {
        AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        return LoadOnce(new AssemblyName(ModuleFolder.Cmdlets))!;
    });

    private static readonly Dictionary<string, Assembly> Own = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The same assembly each time in one process: PowerShell cannot unload it.</summary>
    public static Assembly Load() => Loaded.Value;

    private static Assembly? Resolve(object? sender, ResolveEventArgs request)
    {
        lock (Own)
        {
            return request.RequestingAssembly is { } asking && Own.ContainsValue(asking) ? LoadOnce(new AssemblyName(request.Name)) : null;
        }
    }

    private static Assembly? LoadOnce(AssemblyName name)
    {
        lock (Own)
        {
            if (Own.TryGetValue(name.Name, out var already))
            {
                return already;
            }

            // LoadFile knows no neighbours and no redirection: each reference comes back to Resolve.
            return ModuleFolder.Find(name) is { } file ? Own[name.Name] = Assembly.LoadFile(file) : null;
        }
    }
}
