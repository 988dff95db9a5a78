using System.Buffers;
using System.Globalization;

namespace IdentityGrpc.Sandbox.Gateway;

/// <summary>
/// The checks that every call passes, in the platform's order (reference §6.3): route → token present → token valid → app in
/// use → rate → scope → fields → ids → service. The first that fails answers.
/// </summary>
internal sealed class ApiGateway(Platform platform)
{
    private const int MaxBody = 1 << 20;

    public RequestDelegate Serve(Api api) => http => ServeAsync(http, api);

    /// <summary>What the platform's gateway says to a path or method that it does not know.</summary>
    public static async Task ServeUnknownPathAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync("404 page not found", http.RequestAborted);
    }

    private async Task ServeAsync(HttpContext http, Api api)
    {
        var logId = platform.LogIds.Next();
        http.Response.Headers["X-Tt-Logid"] = logId;
        http.Response.Headers["X-Request-Id"] = logId;
        byte[]? rented = null;
        var body = ReadOnlyMemory<byte>.Empty;
        if (api.HasBody)
        {
            (rented, body) = await ReadBodyAsync(http);
            if (rented is null)
            {
                http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }
        }

        var answer = ResponseBuffer.OfThisThread();
        var call = new ApiCall(platform, api, http, body, answer.Writer);
        var error = Answer(call, answer);
        if (error is not null)
        {
            answer.Clear();
            Envelope.WriteError(answer.Writer, error, logId, call.Caller?.App.Id ?? "");
            http.Response.StatusCode = error.Status;
            if (error.RateLimit is var (limit, reset))
            {
                http.Response.Headers["x-ogw-ratelimit-limit"] = limit.ToString(CultureInfo.InvariantCulture);
                http.Response.Headers["x-ogw-ratelimit-reset"] = reset.ToString(CultureInfo.InvariantCulture);
            }
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        http.Response.ContentType = api.Shape == AnswerShape.Bare ? "application/json;charset=UTF-8" : "application/json; charset=utf-8";
        var written = answer.Written;
        if (platform.Faults.Draw(api.Name, call.Caller?.App.Name) is { } plan)
        {
            call.Caller?.Meter(api.Index).CountFault();
            await FaultDelivery.DeliverAsync(http, plan, written.ToArray(), logId, platform.Time);
            return;
        }

        http.Response.ContentLength = written.Length;
        http.Response.BodyWriter.Write(written);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private ApiError? Answer(ApiCall call, ResponseBuffer answer)
    {
        var api = call.Api;
        if (api.Tokens != TokenKinds.None && Admit(call) is { } refused)
        {
            return refused;
        }

        if (call.ReadIdTypes() is { } invalid)
        {
            return invalid;
        }

        Envelope.Begin(answer.Writer, api);
        var error = platform.Company.Guard(api.Writes, call, static call => call.Api.Handle(call));
        Envelope.End(answer.Writer, api);
        return error;
    }

    private ApiError? Admit(ApiCall call)
    {
        var api = call.Api;
        if (platform.Authenticator.Authenticate(call.Authorization, api, out var grant) is { } unauthenticated)
        {
            return unauthenticated;
        }

        call.Authorize(grant!);
        var meter = grant!.Installation.Meter(api.Index);
        var app = grant.Installation.App;
        if (!app.Enabled)
        {
            return Errors.AppNotInUse;
        }

        var tier = api.Tier.For(app.Limits);
        if (!meter.Window.TryTake(platform.Time.GetUtcNow().ToUnixTimeMilliseconds(), tier.PerSecond, tier.PerMinute, platform.Switches.WindowsSlide, out var limit, out var reset))
        {
            meter.CountThrottled();
            return Errors.Throttled(limit, reset);
        }

        // An app that lacks every scope is told so even when a login user granted one.
        return !app.Grants.HasAny(api.Scopes) ? Errors.MissingAppScopes(api.Scopes)
            : !call.Grants.HasAny(api.Scopes) ? Errors.MissingUserScopes(api.Scopes)
            : null;
    }

    private static async ValueTask<(byte[]? Rented, ReadOnlyMemory<byte> Body)> ReadBodyAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            var buffer = read.Buffer;
            if (buffer.Length > MaxBody)
            {
                reader.AdvanceTo(buffer.End);
                return (null, default);
            }

            if (read.IsCompleted)
            {
                var rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)buffer.Length));
                buffer.CopyTo(rented);
                var body = rented.AsMemory(0, (int)buffer.Length);
                reader.AdvanceTo(buffer.End);
                return (rented, body);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
