using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace IdentityGrpc.StandIns.Tests.References;

/// <summary>One member (or, with no signature, a type) that an assembly asks another for.</summary>
internal sealed record MemberReferenceName(string Assembly, string Type, string? Signature);

/// <summary>What one assembly asks others for.</summary>
internal static class AssemblyReferences
{
    public static IReadOnlyList<MemberReferenceName> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        var types = reader.TypeReferences
            .Select(handle => new MemberReferenceName(Scope(reader, handle), TypeNames.Of(reader, handle), null));
        var members = reader.MemberReferences
            .Select(handle => Member(reader, reader.GetMemberReference(handle)))
            .OfType<MemberReferenceName>();
        return [.. types, .. members];
    }

    private static MemberReferenceName? Member(MetadataReader reader, MemberReference member)
    {
        if (DeclaringType(reader, member.Parent) is not { } type)
        {
            return null;
        }

        var name = reader.GetString(member.Name);
        var signature = member.GetKind() == MemberReferenceKind.Method
            ? SignatureNames.Method(name, member.DecodeMethodSignature(SignatureNames.Instance, null))
            : SignatureNames.Field(name, member.DecodeFieldSignature(SignatureNames.Instance, null));
        return new MemberReferenceName(Scope(reader, type), TypeNames.Of(reader, type), signature);
    }

    /// <summary>The referenced type, or that of a generic instantiation; null for the assembly's own and for arrays.</summary>
    private static TypeReferenceHandle? DeclaringType(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
        {
            return (TypeReferenceHandle)parent;
        }

        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        blob.ReadCompressedInteger(); // class or value type
        var generic = blob.ReadTypeHandle();
        return generic.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)generic : null;
    }

    private static string Scope(MetadataReader reader, TypeReferenceHandle handle)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => Scope(reader, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference =>
                reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => "",
        };
    }
}
