namespace IdentityGrpc.Sandbox.Directory;

/// <summary>What an opaque id of the platform stands for.</summary>
internal enum IdKind
{
    OpenId = 1,
    UnionId = 2,
    Department = 3,
}

/// <summary>The counters behind an id: the app of an open_id or provider of a union_id, the tenant, the person or department.</summary>
internal readonly record struct IdParts(IdKind Kind, int Issuer, int Tenant, int Index);

/// <summary>
/// Writes and reads the opaque ids of reference §0: <c>ou_</c>, <c>on_</c> and <c>od-</c> with 32 hex digits. An id that the
/// sandbox never gave out does not read back.
/// </summary>
internal sealed class PlatformIds(ulong seed)
{
    private const int Check = 0x5A7D;
    private readonly IdCipher cipher = new(Hash.Mix(seed, 0x1D5));

    public string Write(IdParts parts) => string.Create(35, (cipher, parts), static (span, state) =>
    {
        Prefix(state.parts.Kind).CopyTo(span);
        var high = ((ulong)Check << 48) | ((ulong)state.parts.Kind << 40) | ((ulong)(uint)state.parts.Issuer << 16) | (uint)state.parts.Tenant;
        var (a, b) = state.cipher.Encrypt(high, (uint)state.parts.Index);
        Hex.Write(a, span[3..19]);
        Hex.Write(b, span[19..]);
    });

    public bool TryRead(ReadOnlySpan<char> id, IdKind kind, out IdParts parts)
    {
        parts = default;
        if (id.Length != 35 || !id.StartsWith(Prefix(kind)) || !Hex.TryParse(id[3..19], out var a) || !Hex.TryParse(id[19..], out var b))
        {
            return false;
        }

        var (high, low) = cipher.Decrypt(a, b);
        if (high >> 48 != Check || (IdKind)((high >> 40) & 0xFF) != kind || low > int.MaxValue)
        {
            return false;
        }

        parts = new(kind, (int)((high >> 16) & 0xFFFFFF), (int)(high & 0xFFFF), (int)low);
        return true;
    }

    private static ReadOnlySpan<char> Prefix(IdKind kind) => kind switch
    {
        IdKind.OpenId => "ou_",
        IdKind.UnionId => "on_",
        IdKind.Department => "od-",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
