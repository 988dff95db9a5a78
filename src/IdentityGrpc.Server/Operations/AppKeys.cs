using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Server.Operations;

/// <summary>Keys derived from each app's secret, one a purpose, so that all replicas agree without sharing anything else (design §6).</summary>
internal sealed class AppKeys(IReadOnlyDictionary<AppId, string> secrets)
{
    private const int KeyLength = 32;
    private readonly ConcurrentDictionary<(AppId, string), byte[]> _keys = [];

    /// <summary>The key of an app for a purpose: HKDF-SHA-256 (RFC 5869) of its secret.</summary>
    public byte[] For(AppId app, string purpose) => _keys.GetOrAdd((app, purpose), static (key, secrets) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secrets[key.Item1]), KeyLength, info: Encoding.UTF8.GetBytes(key.Item2)), secrets);
}
