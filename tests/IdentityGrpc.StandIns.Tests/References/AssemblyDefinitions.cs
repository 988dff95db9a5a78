using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace IdentityGrpc.StandIns.Tests.References;

/// <summary>What one assembly offers: its visible types, each with the members that others may bind to.</summary>
internal static class AssemblyDefinitions
{
    public static IReadOnlyDictionary<string, HashSet<string>> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return reader.TypeDefinitions
            .Where(handle => IsVisible(reader.GetTypeDefinition(handle).Attributes))
            .ToDictionary(handle => TypeNames.Of(reader, handle), handle => Members(reader, handle));
    }

    private static HashSet<string> Members(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var methods = type.GetMethods()
            .Select(reader.GetMethodDefinition)
            .Where(method => IsVisible(method.Attributes))
            .Select(method => SignatureNames.Method(
                reader.GetString(method.Name), method.DecodeSignature(SignatureNames.Instance, null)));
        var fields = type.GetFields()
            .Select(reader.GetFieldDefinition)
            .Where(field => (field.Attributes & FieldAttributes.FieldAccessMask) == FieldAttributes.Public)
            .Select(field => SignatureNames.Field(
                reader.GetString(field.Name), field.DecodeSignature(SignatureNames.Instance, null)));
        return [.. methods, .. fields, .. Inherited(reader, type.BaseType)];
    }

    /// <summary>A reference to an inherited member may name the type that inherits it.</summary>
    private static HashSet<string> Inherited(MetadataReader reader, EntityHandle baseType) =>
        !baseType.IsNil && baseType.Kind == HandleKind.TypeDefinition
            ? Members(reader, (TypeDefinitionHandle)baseType)
            : [];

    private static bool IsVisible(TypeAttributes attributes) =>
        (attributes & TypeAttributes.VisibilityMask)
            is TypeAttributes.Public
            or TypeAttributes.NestedPublic
            or TypeAttributes.NestedFamily
            or TypeAttributes.NestedFamORAssem;

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask)
            is MethodAttributes.Public
            or MethodAttributes.Family
            or MethodAttributes.FamORAssem;
}
