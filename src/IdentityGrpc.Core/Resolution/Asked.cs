using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Resolution;

/// <summary>A key of a request as it was read.</summary>
/// <param name="Key">The key; nothing where there is a problem.</param>
/// <param name="Problem">Why it could not be read.</param>
public readonly record struct Asked<TKey>(TKey Key, Failure? Problem) where TKey : struct
{
    /// <summary>A key that could be read.</summary>
    public static implicit operator Asked<TKey>(TKey key) => new(key, null);

    /// <summary>A key that could not.</summary>
    public static implicit operator Asked<TKey>(Failure problem) => new(default, problem);
}
