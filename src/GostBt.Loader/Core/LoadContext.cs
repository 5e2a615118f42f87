using System.Reflection;
using System.Runtime.Loader;

namespace GostBt.Loader;

/// <summary>
/// PowerShell 7: the module's own load context. Another module may have loaded any version of YamlDotNet before; this one gets the version it was built
/// with, and leaves none behind for others.
/// </summary>
internal sealed class LoadContext() : AssemblyLoadContext("GostBt")
{
    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        ModuleFolder.Find(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
}
