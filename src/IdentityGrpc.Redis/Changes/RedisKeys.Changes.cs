using IdentityGrpc.Core.Identifiers;
using StackExchange.Redis;

namespace IdentityGrpc.Redis;

/// <content>The keys of the log of changes. They carry one tag, so that one script uses them.</content>
internal sealed partial class RedisKeys
{
    // To be raised with every change of the log that an older replica would misread.
    private const string ChangesVersion = "changes1";

    private string Changes => $"{{{prefix}:{ChangesVersion}}}";

    /// <summary>The log: a stream.</summary>
    public RedisKey ChangeLog => Changes + ":log";

    /// <summary>What is known of the log: which one it is, and from when on it is whole.</summary>
    public RedisKey ChangeLogState => Changes + ":state";

    /// <summary>The place of the last change, with the log that it is in.</summary>
    public RedisKey ChangeLogEnd => Changes + ":end";

    /// <summary>Where a change that was told to an app stands in the log.</summary>
    public RedisKey ChangeSeen(string eventId, AppId? toldTo) => $"{Changes}:seen:{toldTo?.Value}:{eventId}";

    /// <summary>Rung when the log has grown.</summary>
    public RedisChannel ChangeBell => RedisChannel.Literal(Changes + ":bell");
}
