namespace IdentityGrpc.Core.Caching;

/// <summary>How old an answer may be for one request.</summary>
/// <param name="MaxAge">The greatest age; zero always asks the platform. Null: the lifetimes of <see cref="CacheOptions"/>, which it never lengthens.</param>
/// <param name="CachedOnly">Whether only the cache is asked.</param>
/// <param name="AllowStale">Whether an answer past its lifetime may be served while the platform is failing.</param>
public readonly record struct Freshness(TimeSpan? MaxAge, bool CachedOnly, bool AllowStale)
{
    /// <summary>Whether there is any use for an answer that is kept already.</summary>
    public bool MayUseCache => MaxAge != TimeSpan.Zero || AllowStale;
}
