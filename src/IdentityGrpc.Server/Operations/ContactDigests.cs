using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Operations;

/// <summary>Digests of contacts under keys that all replicas derive alike (design §6).</summary>
internal sealed class ContactDigests(AppKeys keys) : IContactDigests
{
    private const string Purpose = "contact digests";
    private const int MaxInline = 512;

    /// <inheritdoc/>
    public ContactDigest Of(AppTenant scope, Contact contact) => Of(scope, contact, keys.For(scope.App, Purpose));

    /// <inheritdoc/>
    public IEnumerable<ContactDigest> AllOf(AppTenant scope, Contact contact) => keys.AllFor(scope.App, Purpose).Select(key => Of(scope, contact, key));

    private static ContactDigest Of(AppTenant scope, Contact contact, byte[] key)
    {
        // A zero byte is in no tenant_key and in no contact, so two questions never read the same.
        string tenant = scope.Tenant.Value, value = contact.Value;
        int length = Encoding.UTF8.GetMaxByteCount(tenant.Length + value.Length) + 2;
        Span<byte> text = length <= MaxInline ? stackalloc byte[length] : new byte[length];
        int end = Encoding.UTF8.GetBytes(tenant, text);
        text[end++] = 0;
        text[end++] = (byte)contact.Kind;
        end += Encoding.UTF8.GetBytes(value, text[end..]);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, text[..end], mac);
        return ContactDigest.From(mac);
    }
}
