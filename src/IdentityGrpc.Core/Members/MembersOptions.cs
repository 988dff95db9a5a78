namespace IdentityGrpc.Core.Members;

/// <summary>How departments are walked (design §7). Configuration <c>IdentityGrpc:Members</c>.</summary>
public sealed record MembersOptions
{
    /// <summary>For how long a cursor may be used. Its walk's departments are listed anew then, so age costs nothing; it bounds how long a lost cursor is of use to others.</summary>
    /// <value>The default value is 7 days; 1 minute to 30 days.</value>
    public TimeSpan CursorLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How many pages of 50 members a walk may have asked for or read beyond what its reader has taken. A slow reader
    /// finds them full and so slows the walk; a page of profiles is some 100 KB.
    /// </summary>
    /// <value>The default value is 48; 2 to 1,000. Less where many walk: see <see cref="PagesAheadOfAll"/>.</value>
    public int PagesAhead { get; init; } = 48;

    /// <summary>The same for all walks of the process, which share it evenly; each has two at least.</summary>
    /// <value>The default value is 256; 2 to 100,000.</value>
    public int PagesAheadOfAll { get; init; } = 256;

    /// <summary>How many calls of walks may be under way, or wait for a permit, for one app in one tenant. Walks take turns for them: first the callers, then the walks of each.</summary>
    /// <value>The default value is 32; 1 to 1,000. It should stay below the connections to the platform, so that lookups always find one.</value>
    public int CallsAtOnce { get; init; } = 32;

    /// <summary>How many walks may run at a time in the process; more are refused with RESOURCE_EXHAUSTED.</summary>
    /// <value>The default value is 1,000; 1 to 100,000.</value>
    public int MaxWalks { get; init; } = 1_000;

    /// <summary>
    /// For how many people, over all walks with <c>distinct</c>, the process remembers that they were sent, at 9 to 12
    /// bytes each. Past it people who change departments during the walk may come again, which the summary says.
    /// </summary>
    /// <value>The default value is 4,000,000; 0 to 1,000,000,000.</value>
    public int RememberedPeople { get; init; } = 4_000_000;

    /// <summary>What is wrong with the options, one sentence each; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (CursorLifetime < TimeSpan.FromMinutes(1) || CursorLifetime > TimeSpan.FromDays(30)) yield return "CursorLifetime must be 1 minute to 30 days.";
        if (PagesAhead is not (>= 2 and <= 1_000)) yield return "PagesAhead must be 2 to 1,000.";
        if (PagesAheadOfAll is not (>= 2 and <= 100_000)) yield return "PagesAheadOfAll must be 2 to 100,000.";
        if (CallsAtOnce is not (>= 1 and <= 1_000)) yield return "CallsAtOnce must be 1 to 1,000.";
        if (MaxWalks is not (>= 1 and <= 100_000)) yield return "MaxWalks must be 1 to 100,000.";
        if (RememberedPeople is not (>= 0 and <= 1_000_000_000)) yield return "RememberedPeople must be 0 to 1,000,000,000.";
    }
}
