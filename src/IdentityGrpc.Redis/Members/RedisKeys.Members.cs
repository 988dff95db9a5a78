using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Redis;

/// <content>The keys of listings of departments.</content>
internal sealed partial class RedisKeys
{
    // To be raised with every change that an older replica would misread.
    private const string ListingVersion = "departments1";

    /// <summary>The key of a listing.</summary>
    public string Of(ListingKey key) => $"{prefix}:{ListingVersion}:{Tag(key.Scope, BucketOf(key.Root))}:{key.Root}";
}
