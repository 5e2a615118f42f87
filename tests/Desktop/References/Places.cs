using System.Reflection;

namespace GostBt.Desktop.References.Tests;

/// <summary>Where assemblies are, as the project file says.</summary>
internal static class Places
{
    /// <summary>.NET Framework 4.7.2's reference assemblies; those for netstandard are in the folder Facades.</summary>
    public static string Framework => Of("Framework");

    /// <summary>PowerShell's.</summary>
    public static string PowerShell => Directory.GetFiles(Of("PowerShell"), "System.Management.Automation.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => Path.GetDirectoryName(file)!).First();

    /// <summary>The module's folder for Windows PowerShell 5.1.</summary>
    public static string Module => Of("Module");

    private static string Of(string name) =>
        typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == name).Value!;
}
