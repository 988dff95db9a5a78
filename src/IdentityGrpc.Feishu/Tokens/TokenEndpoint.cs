using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Http;
using IdentityGrpc.Feishu.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;

namespace IdentityGrpc.Feishu.Tokens;

/// <summary>Calls the platform's token APIs: repeated where that may help, for nobody in particular, outside the budget (reference §1: no published rate).</summary>
internal sealed class TokenEndpoint(FeishuApps apps, Retrying retrying, FeishuOptions options, TimeProvider time, FeishuTelemetry telemetry, ILogger<TokenEndpoint> log) : IDisposable
{
    private const string Base = "/open-apis/auth/v3/";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly Failure s_closing = new(FailureReason.UpstreamUnavailable, "The service is shutting down.") { Retryable = true };

    private readonly CancellationTokenSource _closing = new();
    private readonly ResiliencePipeline<Attempt> _pipeline = retrying.AddTo(new() { TimeProvider = time }).Build();

    /// <summary>Fetches a token.</summary>
    /// <param name="app">The app.</param>
    /// <param name="path">What follows <c>/open-apis/auth/v3/</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="type">How the body is written.</param>
    /// <param name="pick">Takes the token out of the answer.</param>
    public async Task<(Attempt Attempt, AccessToken? Token)> FetchAsync<TBody>(FeishuApp app, string path, TBody body, JsonTypeInfo<TBody> type, Func<TokenReply, string?> pick)
    {
        long started = time.GetTimestamp();
        var attempt = await CallAsync(app, path, body, type, answer =>
            JsonSerializer.Deserialize(answer, FeishuJson.Default.TokenReply) is { } reply ? AccessToken.From(pick(reply), reply.Expire, started, options) : null);
        var token = attempt.Value as AccessToken;
        telemetry.TokenFetched(app.App.Name, attempt.Outcome);
        if (token is not null) log.TokenFetched(app.App.Name, token.Life);
        else log.TokenFailed(app.App.Name, attempt.Outcome);
        return (attempt, token);
    }

    /// <summary>Asks the platform to push a new app_ticket (reference §1.2).</summary>
    public Task<Attempt> ResendTicketAsync(FeishuApp app) =>
        CallAsync(app, "app_ticket/resend", Credentials(app), FeishuJson.Default.AppCredentials, _ => app);

    public static AppCredentials Credentials(FeishuApp app, string? ticket = null) =>
        new() { AppId = app.App.Id.Value, AppSecret = app.Secret.Reveal(), AppTicket = ticket };

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task<Attempt> CallAsync<TBody>(FeishuApp app, string path, TBody body, JsonTypeInfo<TBody> type, ReadBody read)
    {
        var request = new ApiRequest($"POST {Base}{path}", HttpMethod.Post, Base + path, read) { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };
        ResilienceContext? context = null;
        try
        {
            context = ResilienceContextPool.Shared.Get(_closing.Token);
            context.Properties.Set(RetryState.Key, new RetryState(time.GetUtcNow() + s_patience));
            return await _pipeline.ExecuteAsync(static (context, call) => call.Channel.TryAsync(call.Request, null, Permit.Free, context.CancellationToken),
                context, (Channel: apps.ChannelOf(app.App.Id), Request: request));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _closing.IsCancellationRequested)
        {
            return Attempt.Final("closing", s_closing);
        }
        finally
        {
            if (context is not null) ResilienceContextPool.Shared.Return(context);
        }
    }
}
