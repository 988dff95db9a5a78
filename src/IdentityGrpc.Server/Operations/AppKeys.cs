using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Operations;

/// <summary>
/// Keys of each app, one a purpose, so that all replicas agree (design §6): derived from the keys that the operator gave, the current one
/// first and those before it, or from the app's secret where none was given.
/// </summary>
/// <param name="secrets">The apps' secrets.</param>
/// <param name="given">What the operator gave; empty: nothing.</param>
internal sealed class AppKeys(IReadOnlyDictionary<AppId, string> secrets, IReadOnlyList<string>? given = null)
{
    private const int KeyLength = 32;
    private readonly ConcurrentDictionary<(AppId, string), byte[][]> _keys = [];

    /// <summary>The key that is in use.</summary>
    public byte[] For(AppId app, string purpose) => AllFor(app, purpose)[0];

    /// <summary>The key that is in use and those that were, which are still to be understood.</summary>
    public IReadOnlyList<byte[]> AllFor(AppId app, string purpose) => _keys.GetOrAdd((app, purpose), static (key, self) => self.Derive(key.Item1, key.Item2), this);

    // HKDF-SHA-256 (RFC 5869). A secret is of one app; a given key is of all, so the app must tell theirs apart.
    private byte[][] Derive(AppId app, string purpose) => given is { Count: > 0 }
        ? [.. given.Select(key => Derive(key, $"{purpose}\n{app}"))]
        : [Derive(secrets[app], purpose)];

    private static byte[] Derive(string secret, string info) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyLength, info: Encoding.UTF8.GetBytes(info));
}
