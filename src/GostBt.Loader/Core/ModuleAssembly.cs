using System.Reflection;

namespace GostBt.Loader;

/// <summary>Loads the assembly with the cmdlets.</summary>
public static class ModuleAssembly
{
    private static readonly Lazy<Assembly> Loaded = new(() => new LoadContext().LoadFromAssemblyName(new AssemblyName(ModuleFolder.Cmdlets)));

    /// <summary>The same assembly each time in one process: PowerShell cannot unload it.</summary>
    public static Assembly Load() => Loaded.Value;
}
