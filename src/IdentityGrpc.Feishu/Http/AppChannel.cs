using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Errors;
using IdentityGrpc.Feishu.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace IdentityGrpc.Feishu.Http;

/// <summary>One app's way to the platform: single tries, each within its time limit and under the app's breaker.</summary>
internal sealed class AppChannel
{
    private readonly FeishuApp _app;
    private readonly Transport _transport;
    private readonly ReplyJudge _judge;
    private readonly TimeProvider _time;
    private readonly FeishuTelemetry _telemetry;
    private readonly ILogger _log;
    private readonly ResiliencePipeline<Attempt> _guard;

    public AppChannel(FeishuApp app, Transport transport, ReplyJudge judge, FeishuOptions options, TimeProvider time, FeishuTelemetry telemetry, ILogger<AppChannel> log)
    {
        (_app, _transport, _judge, _time, _telemetry, _log) = (app, transport, judge, time, telemetry, log);
        _guard = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
            .AddCircuitBreaker(new()
            {
                FailureRatio = options.BreakerFailureRatio,
                MinimumThroughput = options.BreakerMinimumTries,
                SamplingDuration = options.BreakerWindow,
                BreakDuration = options.BreakerPause,
                StateProvider = Breaker,
                ShouldHandle = args => new(args.Outcome is { Exception: TimeoutRejectedException } or { Result.IsOutage: true }),
                OnOpened = args =>
                {
                    log.BreakerOpened(app.App.Name, args.BreakDuration);
                    return default;
                },
                OnClosed = _ =>
                {
                    log.BreakerClosed(app.App.Name);
                    return default;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.TryTimeout })
            .Build();
    }

    /// <summary>The state of the app's breaker.</summary>
    public CircuitBreakerStateProvider Breaker { get; } = new();

    /// <summary>One try. Trouble is an attempt; only cancellation throws.</summary>
    public async ValueTask<Attempt> TryAsync(ApiRequest request, string? bearer, Permit permit, CancellationToken cancellation)
    {
        long started = _time.GetTimestamp();
        string outcome = "cancelled";
        try
        {
            var attempt = await _guard.ExecuteAsync(static (call, token) => call.Channel.ExchangeAsync(call.Request, call.Bearer, call.Permit, token),
                (Channel: this, Request: request, Bearer: bearer, Permit: permit), cancellation);
            outcome = attempt.Outcome;
            return attempt;
        }
        catch (TimeoutRejectedException)
        {
            var attempt = Attempt.Outage("timeout", "The platform did not answer in time.");
            _log.TryFailed(request.Api, _app.App.Name, outcome = attempt.Outcome, 0, null, null);
            return attempt;
        }
        catch (BrokenCircuitException e)
        {
            outcome = "breaker";
            return Attempt.Final(outcome, new(FailureReason.UpstreamUnavailable, "The platform keeps failing; calls are held back for a moment.")
            {
                Retryable = true,
                RetryAfter = e.RetryAfter,
            });
        }
        finally
        {
            _telemetry.Tried(request.Api, _app.App.Name, outcome, _time.GetElapsedTime(started));
        }
    }

    private async ValueTask<Attempt> ExchangeAsync(ApiRequest request, string? bearer, Permit permit, CancellationToken cancellation)
    {
        var reply = await _transport.SendAsync(_app.BaseUrl, request, bearer, permit, cancellation);
        try
        {
            var attempt = _judge.Judge(request, reply);
            if (attempt.Failure is { } failure) Report(request, reply, attempt, failure);
            return attempt;
        }
        finally
        {
            reply.Release();
        }
    }

    private void Report(ApiRequest request, in Reply reply, Attempt attempt, Failure failure)
    {
        string name = _app.App.Name;
        if (attempt.Action == CodeAction.Throttle) _log.Throttled(request.Api, name, attempt.Pause!.Value);
        else if (attempt.IsOutage || failure.Code is null) _log.TryFailed(request.Api, name, attempt.Outcome, reply.Status, reply.Fault, reply.LogId);
        else if (failure.Reason is not (FailureReason.NotFoundOrNotVisible or FailureReason.CrossAppId or FailureReason.CrossTenantId))
            _log.Refused(request.Api, name, attempt.Outcome, reply.Status, reply.LogId);
    }
}
