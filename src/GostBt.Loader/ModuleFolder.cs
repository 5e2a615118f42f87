using System.Reflection;

namespace GostBt.Loader;

/// <summary>The folder of this edition's assemblies, and the names in it that are ours to answer for.</summary>
internal static class ModuleFolder
{
    /// <summary>The assembly with the cmdlets.</summary>
    public const string Cmdlets = "GostBt.Cmdlets";

    // SSH.NET's dependencies differ between the editions; a name without a file in the edition's folder is the runtime's own.
    private static readonly HashSet<string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        Cmdlets,
        "GostBt.Core",
        "GostBt.SshNet",
        "YamlDotNet",
        "Renci.SshNet",
        "BouncyCastle.Cryptography",
        "Microsoft.Bcl.AsyncInterfaces",
        "Microsoft.Bcl.Cryptography",
        "Microsoft.Extensions.DependencyInjection.Abstractions",
        "Microsoft.Extensions.Logging.Abstractions",
        "System.Buffers",
        "System.Formats.Asn1",
        "System.Memory",
        "System.Numerics.Vectors",
        "System.Runtime.CompilerServices.Unsafe",
        "System.Threading.Tasks.Extensions",
    };

    private static readonly string Folder = Path.GetDirectoryName(typeof(ModuleFolder).Assembly.Location)!;

    /// <summary>The file of an assembly that the module brings along; null for any other name, which is somebody else's to resolve.</summary>
    public static string? Find(AssemblyName name)
    {
        var file = Path.Combine(Folder, name.Name + ".dll");
        return Ours.Contains(name.Name ?? string.Empty) && File.Exists(file) ? file : null;
    }
}
