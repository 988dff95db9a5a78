using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Caching.Compact;

/// <summary>Compares failures by all that they say, their lists included.</summary>
internal sealed class FailureComparer : IEqualityComparer<Failure>
{
    private static readonly IReadOnlyList<string> s_none = [];

    public bool Equals(Failure? x, Failure? y) => ReferenceEquals(x, y) || (x is not null && y is not null
        && Plain(x) == Plain(y) && x.MissingScopes.SequenceEqual(y.MissingScopes)
        && (x.InvalidIds is null ? y.InvalidIds is null : y.InvalidIds is not null && x.InvalidIds.SequenceEqual(y.InvalidIds)));

    public int GetHashCode(Failure obj) => HashCode.Combine(obj.Reason, obj.Message, obj.Code, obj.MissingScopes.Count);

    // Lists compare by reference; so they are left out of the comparison of records.
    private static Failure Plain(Failure failure) => failure with { MissingScopes = s_none, InvalidIds = null };
}
