using System.Reflection;

namespace GostBt.Desktop.Tests;

/// <summary>The module's assemblies as its script module has them loaded in Windows PowerShell.</summary>
internal sealed class LoadedModule
{
    private readonly MethodInfo _load;

    public LoadedModule(string folder)
    {
        Folder = folder;
        _load = Assembly.LoadFrom(Path.Combine(folder, "GostBt.Loader.dll")).GetType("GostBt.Loader.ModuleAssembly", throwOnError: true).GetMethod("Load");
        Cmdlets = Load();

        // A type of Core in a signature has the loader asked for it.
        Core = Cmdlets.GetType("GostBt.PowerShell.Binding.PortSpecification", throwOnError: true)
            .GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.ParameterType.Assembly)
            .First(assembly => assembly.GetName().Name == "GostBt.Core");
    }

    public string Folder { get; }

    public Assembly Cmdlets { get; }

    public Assembly Core { get; }

    public Assembly Load() => (Assembly)_load.Invoke(null, null);
}
