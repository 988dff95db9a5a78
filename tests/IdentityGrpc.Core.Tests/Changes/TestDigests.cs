using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Core.Tests.Changes;

/// <summary>Digests without a key.</summary>
internal sealed class TestDigests : IContactDigests
{
    public ContactDigest Of(AppTenant scope, Contact contact) =>
        ContactDigest.From(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope.App}\n{scope.Tenant}\n{contact.Kind}\n{contact.Value}")));
}

/// <summary>Single ends, at the present of the watermarks' clock.</summary>
internal static class WatermarkExtensions
{
    public static void End(this MemoryWatermarks marks, PersonId id) => marks.Apply(new() { People = [id] }, marks.Now);

    public static void End(this MemoryWatermarks marks, ContactDigest contact) => marks.Apply(new() { Contacts = [contact] }, marks.Now);

    public static void End(this MemoryWatermarks marks, AppTenant scope) => marks.Apply(new() { Scopes = [scope] }, marks.Now);
}
