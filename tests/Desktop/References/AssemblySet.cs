using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GostBt.Desktop.References.Tests;

/// <summary>Assemblies by name from folders, the first that has one; and the types in them, wherever they are forwarded to.</summary>
internal sealed class AssemblySet(params string[] folders) : IDisposable
{
    private readonly Dictionary<string, (PEReader File, MetadataReader Metadata, Dictionary<string, TypeDefinitionHandle> Types)?> _open = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A type's definition; null where there is none.</summary>
    public (MetadataReader Metadata, TypeDefinition Definition)? Find(string assembly, string type)
    {
        // A forwarder leads on, a few times at most.
        for (var hops = 0; hops < 5 && Open(assembly) is { } opened; hops++)
        {
            if (opened.Types.TryGetValue(type, out var handle))
            {
                return (opened.Metadata, opened.Metadata.GetTypeDefinition(handle));
            }

            if (Forwarded(opened.Metadata, type.Split('+')[0]) is not { } next)
            {
                return null;
            }

            assembly = next;
        }

        return null;
    }

    public MetadataReader? Metadata(string assembly) => Open(assembly)?.Metadata;

    public void Dispose()
    {
        foreach (var opened in _open.Values) opened?.File.Dispose();
    }

    private static string? Forwarded(MetadataReader metadata, string type)
    {
        foreach (var handle in metadata.ExportedTypes)
        {
            var exported = metadata.GetExportedType(handle);
            if (exported.Implementation.Kind == HandleKind.AssemblyReference && $"{metadata.GetString(exported.Namespace)}.{metadata.GetString(exported.Name)}" == type)
            {
                return metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)exported.Implementation).Name);
            }
        }

        return null;
    }

    private (PEReader File, MetadataReader Metadata, Dictionary<string, TypeDefinitionHandle> Types)? Open(string name)
    {
        if (!_open.TryGetValue(name, out var opened))
        {
            if (folders.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists) is { } path)
            {
                var file = new PEReader(File.OpenRead(path));
                var metadata = file.GetMetadataReader();
                opened = (file, metadata, metadata.TypeDefinitions.ToDictionary(handle => SignatureNames.Instance.GetTypeFromDefinition(metadata, handle, 0)));
            }

            _open[name] = opened;
        }

        return opened;
    }
}
