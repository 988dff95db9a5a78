using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Errors;
using IdentityGrpc.Feishu.Telemetry;
using IdentityGrpc.Feishu.Tokens;
using Microsoft.Extensions.Logging;
using Polly;

namespace IdentityGrpc.Feishu.Http;

/// <summary>
/// Calls the platform for an app in a tenant, until there is an answer.
/// <list type="number">
/// <item>The asker's deadline and cancellation end the call wherever it stands.</item>
/// <item>A try takes the tenant's token; the first spends the permit that the asker has taken, each further one takes its own.</item>
/// <item>The try runs under the app's breaker and the time limit of a try (<see cref="AppChannel"/>).</item>
/// <item>A throttled try pauses the budget for everybody; a spent quota stops it.</item>
/// <item>What the reference calls retryable is tried again after a pause that fits before the deadline (<see cref="Retrying"/>).</item>
/// <item>A refused token is dropped, and all of that is done once more.</item>
/// </list>
/// </summary>
internal sealed class ApiCaller
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(40);

    private readonly FeishuApps _apps;
    private readonly ITenantTokens _tokens;
    private readonly IBudget _budget;
    private readonly TimeProvider _time;
    private readonly FeishuTelemetry _telemetry;
    private readonly ILogger _log;
    private readonly ResiliencePipeline<Attempt> _pipeline;

    public ApiCaller(FeishuApps apps, ITenantTokens tokens, IBudget budget, Retrying retrying, TimeProvider time, FeishuTelemetry telemetry, ILogger<ApiCaller> log)
    {
        (_apps, _tokens, _budget, _time, _telemetry, _log) = (apps, tokens, budget, time, telemetry, log);
        _pipeline = retrying.AddTo(new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }.AddRetry(new()
        {
            Name = "Token",
            MaxRetryAttempts = 1,
            Delay = TimeSpan.Zero,
            ShouldHandle = args => new(args.Outcome.Result?.Action == CodeAction.RefreshToken),
            OnRetry = args =>
            {
                DropToken((CallState)Retrying.State(args.Context), args.Outcome.Result!);
                return default;
            },
        })).Build();
    }

    /// <summary>Makes the call.</summary>
    /// <exception cref="OperationCanceledException">The asker cancelled.</exception>
    public async Task<Core.Directory.Outcome<T>> CallAsync<T>(ApiRequest request, AppTenant scope, CallContext call) where T : class
    {
        var state = new CallState(request, scope, call, _apps.ChannelOf(scope.App));
        string app = _apps.Of(scope.App).App.Name;
        using var activity = FeishuTelemetry.Start(request.Api, app);
        long started = _time.GetTimestamp();
        Attempt? attempt = null;
        try
        {
            attempt = await TryUntilAnsweredAsync(state);
            return attempt.Failure is { } failure ? failure : (T)attempt.Value!;
        }
        finally
        {
            _telemetry.Called(activity, request.Api, app, attempt?.Outcome ?? "cancelled", state.Tries, _time.GetElapsedTime(started),
                attempt?.Failure?.Reason == FailureReason.UpstreamUnavailable);
        }
    }

    private async Task<Attempt> TryUntilAnsweredAsync(CallState state)
    {
        state.Call.Cancellation.ThrowIfCancellationRequested();
        var left = state.Deadline is { } deadline ? deadline - _time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        if (state.Deadline is not null && left <= TimeSpan.Zero) return Attempt.Final("deadline", Failure.Late);
        using var timer = new CancellationTokenSource(left < s_longestWait ? left : s_longestWait, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, state.Call.Cancellation);
        var context = ResilienceContextPool.Shared.Get(end.Token);
        context.Properties.Set(RetryState.Key, state);
        try
        {
            return await _pipeline.ExecuteAsync(static (context, call) => call.Caller.TryOnceAsync(call.State, context.CancellationToken), context, (Caller: this, State: state));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            state.Call.Cancellation.ThrowIfCancellationRequested();
            return Attempt.Final("deadline", Failure.Late);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Attempt> TryOnceAsync(CallState state, CancellationToken cancellation)
    {
        var token = await _tokens.GetAsync(state.Scope, cancellation);
        if (!token.Succeeded) return Attempt.Final("token", token.Failure);
        var key = new BudgetKey(state.Request.Api, state.Scope);
        Core.Directory.Outcome<Permit> permit = state.Tries == 0 ? state.Call.Permit ?? Permit.Free : await _budget.TakeAsync(key, state.Call);
        if (!permit.Succeeded) return Attempt.Final("budget", permit.Failure);
        using var underWay = permit.Value;
        state.Token = token.Value;
        state.Tries++;
        var attempt = await state.Channel.TryAsync(state.Request, token.Value.Reveal(), permit.Value, cancellation);
        if (attempt.Action == CodeAction.Throttle) _budget.Pause(key, attempt.Pause!.Value);
        if (attempt.Action == CodeAction.StopForMonth)
        {
            _budget.StopForMonth(state.Scope);
            _log.QuotaSpent(_apps.Of(state.Scope.App).App.Name);
        }
        return attempt;
    }

    private void DropToken(CallState state, Attempt refusal)
    {
        _log.TokenRefused(_apps.Of(state.Scope.App).App.Name, refusal.Outcome);
        _tokens.Drop(state.Scope, state.Token!);
    }

    private sealed record CallState(ApiRequest Request, AppTenant Scope, CallContext Call, AppChannel Channel) : RetryState(Call.Deadline)
    {
        public int Tries { get; set; }

        public AccessToken? Token { get; set; }
    }
}
