using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Operations;

/// <summary>Digests of contacts under keys that all replicas derive alike (design §6).</summary>
internal sealed class ContactDigests(AppKeys keys) : IContactDigests, IDisposable
{
    private const string Purpose = "contact digests";
    private const int MaxInline = 512;

    // To set a key up takes longer than to digest a contact with it. Keys are few, and each is one array for good.
    private readonly ThreadLocal<Dictionary<byte[], IncrementalHash>> _hashes = new(() => new(ReferenceEqualityComparer.Instance));

    /// <inheritdoc/>
    public void Dispose() => _hashes.Dispose();

    /// <inheritdoc/>
    public ContactDigest Of(AppTenant scope, Contact contact) => Of(scope, contact, keys.For(scope.App, Purpose));

    /// <inheritdoc/>
    public IEnumerable<ContactDigest> AllOf(AppTenant scope, Contact contact) => keys.AllFor(scope.App, Purpose).Select(key => Of(scope, contact, key));

    private ContactDigest Of(AppTenant scope, Contact contact, byte[] key)
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
        var hash = HashOf(key);
        hash.AppendData(text[..end]);
        hash.GetHashAndReset(mac);
        return ContactDigest.From(mac);
    }

    private IncrementalHash HashOf(byte[] key)
    {
        var hashes = _hashes.Value!;
        if (!hashes.TryGetValue(key, out var hash)) hashes[key] = hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        return hash;
    }
}
