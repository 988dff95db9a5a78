namespace IdentityGrpc.Core.Batching;

/// <summary>How questions are packed into calls (design §5).</summary>
public sealed record BatchingOptions
{
    /// <summary>Keys of a call; of a contact call, e-mails and mobiles each.</summary>
    /// <value>The default value is 50, what the platform takes (reference §2, §3.2); 1 to 50.</value>
    public int BatchSize { get; init; } = 50;

    /// <summary>How long a key waits for company at the least, while other calls of its lane are under way.</summary>
    /// <value>The default value is 2 ms; 0 to <see cref="MaxLinger"/>.</value>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How long a key waits for company at the most: between the two, the lane's usual upstream time decides.</summary>
    /// <value>The default value is 20 ms; up to 1 s.</value>
    public TimeSpan MaxLinger { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long an upstream call may take in all, retries included. It is not ended by a caller that gives up.</summary>
    /// <value>The default value is 30 s; 1 s to 5 minutes.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long before a caller's deadline the keys left are answered <see cref="Directory.Failure.Late"/>, so that the answer still arrives.</summary>
    /// <value>The default value is 20 ms; 0 to 1 s.</value>
    public TimeSpan DeadlineMargin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Keys that may wait in a lane, for each priority; more are refused at once.</summary>
    /// <value>The default value is 100,000; 1 to 10,000,000.</value>
    public int QueueLimit { get; init; } = 100_000;

    /// <summary>Keys that one caller may have waiting in a lane, so that others find room in its queue.</summary>
    /// <value>The default value is 50,000; 1 to <see cref="QueueLimit"/>.</value>
    public int QueueLimitPerCaller { get; init; } = 50_000;

    /// <summary>
    /// Calls of a lane under way at once, for each priority. More than the limit allows in the time that a call takes only
    /// wait for each other, and what a call waits on its way stays unused of the limit.
    /// </summary>
    /// <value>The default value is 64; 1 to 10,000. It should stay below the connections to the platform.</value>
    public int CallsInFlight { get; init; } = 64;

    /// <summary>The same for lanes that ask key by key.</summary>
    /// <value>The default value is 32; 1 to 10,000.</value>
    public int SingleCallsInFlight { get; init; } = 32;

    /// <summary>Keys of one caller that may be sorted out at once after the platform refused their batches (U1); more are refused.</summary>
    /// <value>The default value is 10,000; 1 to 1,000,000.</value>
    public int QuarantineLimitPerCaller { get; init; } = 10_000;

    /// <summary>Calls under way at once that sort out the refused batches of one caller.</summary>
    /// <value>The default value is 2; 1 to 100.</value>
    public int QuarantineCallsPerCaller { get; init; } = 2;

    /// <summary>Ids called invalid that a lane remembers, so that they leave apart from others when they are asked again.</summary>
    /// <value>The default value is 10,000; 0 to 1,000,000.</value>
    public int RememberedRefusals { get; init; } = 10_000;

    /// <summary>How long the lane asks key by key after the platform left out the ids that answers are joined on.</summary>
    /// <value>The default value is 5 minutes; 1 s to 1 day.</value>
    public TimeSpan AskSinglyFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For how long an answer just given is shared with who asks before its callers have cached it. It is never given as younger than it is.</summary>
    /// <value>The default value is 1 s; 0 to 10 s.</value>
    public TimeSpan RememberAnswersFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Lanes at once; with all of them in use, a question for another one is refused.</summary>
    /// <value>The default value is 4,096; 1 to 1,000,000.</value>
    public int LaneLimit { get; init; } = 4_096;

    /// <summary>How long a lane without questions is kept.</summary>
    /// <value>The default value is 10 minutes; 1 s to 1 day.</value>
    public TimeSpan LaneIdleTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What is wrong with the options, one sentence each; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (BatchSize is < 1 or > 50) yield return "BatchSize must be 1 to 50.";
        if (MaxLinger < TimeSpan.Zero || MaxLinger > TimeSpan.FromSeconds(1)) yield return "MaxLinger must be 0 to 1 s.";
        if (Linger < TimeSpan.Zero || Linger > MaxLinger) yield return "Linger must be 0 to MaxLinger.";
        if (CallTimeout < TimeSpan.FromSeconds(1) || CallTimeout > TimeSpan.FromMinutes(5)) yield return "CallTimeout must be 1 s to 5 minutes.";
        if (DeadlineMargin < TimeSpan.Zero || DeadlineMargin > TimeSpan.FromSeconds(1)) yield return "DeadlineMargin must be 0 to 1 s.";
        if (QueueLimit is < 1 or > 10_000_000) yield return "QueueLimit must be 1 to 10,000,000.";
        if (QueueLimitPerCaller < 1 || QueueLimitPerCaller > QueueLimit) yield return "QueueLimitPerCaller must be 1 to QueueLimit.";
        if (CallsInFlight is < 1 or > 10_000) yield return "CallsInFlight must be 1 to 10,000.";
        if (SingleCallsInFlight is < 1 or > 10_000) yield return "SingleCallsInFlight must be 1 to 10,000.";
        if (QuarantineLimitPerCaller is < 1 or > 1_000_000) yield return "QuarantineLimitPerCaller must be 1 to 1,000,000.";
        if (QuarantineCallsPerCaller is < 1 or > 100) yield return "QuarantineCallsPerCaller must be 1 to 100.";
        if (RememberedRefusals is < 0 or > 1_000_000) yield return "RememberedRefusals must be 0 to 1,000,000.";
        if (AskSinglyFor < TimeSpan.FromSeconds(1) || AskSinglyFor > TimeSpan.FromDays(1)) yield return "AskSinglyFor must be 1 s to 1 day.";
        if (RememberAnswersFor < TimeSpan.Zero || RememberAnswersFor > TimeSpan.FromSeconds(10)) yield return "RememberAnswersFor must be 0 to 10 s.";
        if (LaneLimit is < 1 or > 1_000_000) yield return "LaneLimit must be 1 to 1,000,000.";
        if (LaneIdleTime < TimeSpan.FromSeconds(1) || LaneIdleTime > TimeSpan.FromDays(1)) yield return "LaneIdleTime must be 1 s to 1 day.";
    }
}
