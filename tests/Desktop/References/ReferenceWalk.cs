using System.Reflection.Metadata;

namespace GostBt.Desktop.References.Tests;

/// <summary>Every type and member that an assembly refers to in others.</summary>
internal sealed class ReferenceWalk(AssemblySet assemblies, string name)
{
    private readonly MetadataReader _metadata = assemblies.Metadata(name) ?? throw new FileNotFoundException($"{name}.dll is not there.");

    /// <summary>How many members were looked up.</summary>
    public int Members { get; private set; }

    /// <summary>What is nowhere.</summary>
    public List<string> Missing()
    {
        var missing = new List<string>();
        foreach (var handle in _metadata.TypeReferences)
        {
            if (TypeOf(handle) is null)
            {
                missing.Add($"type {AssemblyOf(handle)}: {SignatureNames.Instance.GetTypeFromReference(_metadata, handle, 0)}");
            }
        }

        foreach (var handle in _metadata.MemberReferences)
        {
            var member = _metadata.GetMemberReference(handle);
            if (ParentOf(member.Parent) is { } parent && TypeOf(parent) is { } type)
            {
                Members++;
                if (!Has(type, _metadata.GetString(member.Name), SignatureOf(member)))
                {
                    missing.Add($"member {AssemblyOf(parent)}: {SignatureNames.Instance.GetTypeFromReference(_metadata, parent, 0)}.{_metadata.GetString(member.Name)}: {SignatureOf(member)}");
                }
            }
        }

        return missing;
    }

    private static string SignatureOf(MemberReference member) => member.GetKind() == MemberReferenceKind.Method
        ? SignatureNames.Of(member.DecodeMethodSignature(SignatureNames.Instance, null))
        : member.DecodeFieldSignature(SignatureNames.Instance, null);

    // Of List<string> it is List; arrays have their members from the runtime.
    private TypeReferenceHandle? ParentOf(EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
        {
            return (TypeReferenceHandle)parent;
        }

        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        var blob = _metadata.GetBlobReader(_metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        _ = blob.ReadCompressedInteger();
        return blob.ReadTypeHandle() is { Kind: HandleKind.TypeReference } type ? (TypeReferenceHandle)type : null;
    }

    private string AssemblyOf(TypeReferenceHandle handle)
    {
        var scope = _metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => AssemblyOf((TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => name,
        };
    }

    private (MetadataReader Metadata, TypeDefinition Definition)? TypeOf(TypeReferenceHandle handle) =>
        assemblies.Find(AssemblyOf(handle), SignatureNames.Instance.GetTypeFromReference(_metadata, handle, 0));

    private bool Has((MetadataReader Metadata, TypeDefinition Definition) type, string member, string signature)
    {
        foreach (var handle in type.Definition.GetMethods())
        {
            var method = type.Metadata.GetMethodDefinition(handle);
            if (type.Metadata.GetString(method.Name) == member && SignatureNames.Of(method.DecodeSignature(SignatureNames.Instance, null)) == signature)
            {
                return true;
            }
        }

        foreach (var handle in type.Definition.GetFields())
        {
            var field = type.Metadata.GetFieldDefinition(handle);
            if (type.Metadata.GetString(field.Name) == member && field.DecodeSignature(SignatureNames.Instance, null) == signature)
            {
                return true;
            }
        }

        // A method that is inherited may be referred to by the type that inherits it.
        return BaseOf(type) is { } above && Has(above, member, signature);
    }

    private (MetadataReader Metadata, TypeDefinition Definition)? BaseOf((MetadataReader Metadata, TypeDefinition Definition) type)
    {
        var above = type.Definition.BaseType;
        if (above.IsNil)
        {
            return null;
        }

        if (above.Kind == HandleKind.TypeDefinition)
        {
            return (type.Metadata, type.Metadata.GetTypeDefinition((TypeDefinitionHandle)above));
        }

        if (above.Kind != HandleKind.TypeReference || type.Metadata.GetTypeReference((TypeReferenceHandle)above).ResolutionScope is not { Kind: HandleKind.AssemblyReference } scope)
        {
            return null;
        }

        return assemblies.Find(
            type.Metadata.GetString(type.Metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            SignatureNames.Instance.GetTypeFromReference(type.Metadata, (TypeReferenceHandle)above, 0));
    }
}
