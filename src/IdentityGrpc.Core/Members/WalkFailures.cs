using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>What failures mean to a walk.</summary>
internal static class WalkFailures
{
    /// <summary>The page_token is bad or has expired (reference §4.2).</summary>
    public const int PageTokenInvalid = 40012;

    /// <summary>The department is too large to be listed with all its descendants (reference §4.2).</summary>
    public const int DepartmentTooLarge = 43010;

    /// <summary>A listing that never ends.</summary>
    public static Failure Endless { get; } = new(FailureReason.UpstreamUnavailable,
        "The platform's pages repeat themselves; what came before that was taken.") { Retryable = true };

    /// <summary>More walks than the process takes on.</summary>
    public static Failure TooManyWalks { get; } = new(FailureReason.BudgetExhausted,
        "Too many streams of members are running; ask again later.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>A group of the contact scope.</summary>
    public static Failure UserGroup { get; } = new(FailureReason.NoPermission,
        "The contact scope names this user group; a group's members are not listed by department.");

    /// <summary>People of the contact scope who were not asked for.</summary>
    public static Failure NotAskedFor { get; } = new(FailureReason.NoPermission,
        "The contact scope also names people by themselves; include_independent_members adds them.");

    /// <summary>Whether the department, or the root, is outside the app's contact scope (R33, R35).</summary>
    public static bool IsOutOfContactScope(this Failure failure) => failure is { Reason: FailureReason.NoPermission, Code: 40004 or 40014 or 40161 };

    /// <summary>Whether it lies in the walk and not in one department: the others would fail alike, so the walk stops and may be resumed.</summary>
    public static bool EndsTheWalk(this Failure failure) => failure switch
    {
        { DeadlinePassed: true } => true,
        { Reason: FailureReason.BudgetExhausted } => !failure.Retryable,
        { Reason: FailureReason.NoPermission } => !failure.IsOutOfContactScope(),
        _ => false,
    };
}
