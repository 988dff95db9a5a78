using IdentityGrpc.Feishu.Errors;
using Polly;
using Polly.Retry;

namespace IdentityGrpc.Feishu.Http;

/// <summary>What the repetitions of one call share.</summary>
/// <param name="Deadline">When nobody listens any more; null: never.</param>
internal record RetryState(DateTimeOffset? Deadline)
{
    public static readonly ResiliencePropertyKey<RetryState> Key = new("feishu.retry");

    /// <summary>The pause that was found to fit before the deadline.</summary>
    public TimeSpan Pause { get; set; }
}

/// <summary>Repetition of exactly what the reference calls retryable (§6.5), with growing random pauses or the one that the platform asks for.</summary>
internal sealed class Retrying(FeishuOptions options, TimeProvider time, Jitter jitter)
{
    /// <summary>Adds the repetition to a pipeline whose context carries a <see cref="RetryState"/>.</summary>
    public ResiliencePipelineBuilder<Attempt> AddTo(ResiliencePipelineBuilder<Attempt> pipeline) => options.Retries == 0 ? pipeline : pipeline.AddRetry(new()
    {
        Name = "Retry",
        MaxRetryAttempts = options.Retries,
        ShouldHandle = args => new(args.Outcome.Result is { } attempt && Plan(attempt, args)),
        DelayGenerator = args => new(State(args.Context).Pause),
    });

    public static RetryState State(ResilienceContext context) => context.Properties.GetValue(RetryState.Key, null!);

    /// <summary>Plans the pause. One that would pass the deadline is not begun: the failure is told at once, and says when to come back.</summary>
    private bool Plan(Attempt attempt, RetryPredicateArguments<Attempt> args)
    {
        var state = State(args.Context);
        switch (attempt.Action)
        {
            case CodeAction.Retry:
                state.Pause = jitter.Pause(options, args.AttemptNumber);
                break;
            case CodeAction.Throttle:
                state.Pause = attempt.Pause!.Value;
                break;
            default:
                return false;
        }
        return state.Deadline is not { } deadline || time.GetUtcNow() + state.Pause < deadline;
    }
}
