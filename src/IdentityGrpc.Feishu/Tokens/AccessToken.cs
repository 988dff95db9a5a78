using System.Diagnostics;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>A token of the platform with the times of its life. It never shows itself in text. Two tokens are the same only by reference: the platform may give the same text twice (reference §1.3).</summary>
[DebuggerDisplay("[token]")]
public sealed class AccessToken
{
    private const int MaxLength = 4096;
    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(1);
    private readonly string _value;

    private AccessToken(string value, TimeSpan life, long fetchedAt, FeishuOptions options)
    {
        _value = value;
        Life = life;
        FetchedAt = fetchedAt;
        RenewAfter = life - Min(options.TokenRenewAhead, life / 2);
        UsableFor = life - Min(options.TokenMargin, life / 4);
    }

    /// <summary>How long the platform takes it, from <see cref="FetchedAt"/>.</summary>
    internal TimeSpan Life { get; }

    /// <summary>The timestamp before it was asked for.</summary>
    internal long FetchedAt { get; }

    /// <summary>From which age on it is renewed in the background.</summary>
    internal TimeSpan RenewAfter { get; }

    /// <summary>Up to which age it is used.</summary>
    internal TimeSpan UsableFor { get; }

    /// <inheritdoc/>
    public override string ToString() => "[token]";

    /// <summary>Takes a token from the platform; null where it could not stand in a header or has no life left.</summary>
    internal static AccessToken? From(string? value, int? expireSeconds, long fetchedAt, FeishuOptions options) =>
        value is { Length: > 0 and <= MaxLength } && !value.AsSpan().ContainsAnyExceptInRange('!', '~') && expireSeconds is > 0 and var seconds
            ? new(value, Min(TimeSpan.FromSeconds(seconds), s_longestLife), fetchedAt, options)
            : null;

    internal string Reveal() => _value;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
