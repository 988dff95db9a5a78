using System.Globalization;
using System.Text.Json;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Errors;

namespace IdentityGrpc.Feishu.Http;

/// <summary>Tells what a reply means. Only the code counts; the HTTP status matters where there is none (reference §6.1, §6.3).</summary>
internal sealed class ReplyJudge(FeishuOptions options, TimeProvider time)
{
    private const string Unreadable = "The platform's answer could not be read.";
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public Attempt Judge(ApiRequest request, in Reply reply)
    {
        if (reply.Exchange == Exchange.Broken) return Attempt.Outage("broken", "The connection to the platform failed.");
        if (reply.Exchange == Exchange.TooLarge)
            return Attempt.Final("too_large", new(FailureReason.UpstreamUnavailable, $"The platform's answer is larger than {options.MaxBodyBytes} bytes."));

        var body = reply.Body.Span;
        if (body.StartsWith(ByteOrderMark)) body = body[ByteOrderMark.Length..];
        if (Read(body) is not { Code: { } code } envelope) return WithoutCode(request, reply);
        if (code != 0) return Refusal(request, reply, envelope, CodeTable.Of(code, reply.Status));
        if (reply.Status is < 200 or >= 300) return Attempt.Outage("unreadable", Unreadable);
        try
        {
            return request.Read(body) is { } value ? Attempt.Success(value) : Attempt.Outage("unreadable", Unreadable);
        }
        catch (JsonException)
        {
            return Attempt.Outage("unreadable", Unreadable);
        }
    }

    private static Envelope? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, FeishuJson.Default.Envelope);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Attempt WithoutCode(ApiRequest request, in Reply reply) => reply.Status switch
    {
        429 => Throttled(CodeTable.Of(99991400, reply.Status), reply.Reset, "429", code: null),
        404 => Attempt.Final("404", new(FailureReason.UpstreamUnavailable, "The platform has no such API; check the base URL of the app.")),
        414 when request.Ids is not null => Attempt.Final("414", new(FailureReason.InvalidInput, "The ids make too long a URL.") { InvalidIds = [] }),
        >= 300 and < 400 => Attempt.Final("redirect", new(FailureReason.UpstreamUnavailable, "The platform redirects the call elsewhere; check the base URL of the app.")),
        >= 500 => Attempt.Outage(reply.Status.ToString(CultureInfo.InvariantCulture), $"The platform failed with HTTP {reply.Status}."),
        _ => Attempt.Outage("unreadable", Unreadable),
    };

    private Attempt Refusal(ApiRequest request, in Reply reply, Envelope envelope, CodeRule rule)
    {
        string outcome = rule.Code.ToString(CultureInfo.InvariantCulture);
        if (rule.Action == CodeAction.Throttle) return Throttled(rule, reply.Reset, outcome, rule.Code);
        var failure = new Failure(rule.Reason, rule.Message) { Code = rule.Code, Retryable = rule.Retryable };
        string? field = rule.Detail == CodeDetail.Field ? RefusalDetails.Field(envelope) : null;
        if (field is not null) failure = failure with { Message = $"The platform refused the field {field}." };
        if (rule.Detail == CodeDetail.Scopes) failure = failure with { MissingScopes = RefusalDetails.MissingScopes(envelope) };
        if (request.Ids is { } ids && (rule.Detail == CodeDetail.Ids || IsAboutIds(field)))
            failure = failure with { InvalidIds = RefusalDetails.InvalidIds(envelope, ids) };
        if (rule.Action == CodeAction.StopForMonth) failure = failure with { RetryAfter = QuotaMonth.NextAfter(time.GetUtcNow()) - time.GetUtcNow() };
        return new(outcome) { Failure = failure, Action = rule.Action, IsOutage = rule.Action == CodeAction.Retry };
    }

    private Attempt Throttled(CodeRule rule, TimeSpan? reset, string outcome, int? code)
    {
        var pause = reset ?? options.ThrottlePause;
        if (pause > options.MaxThrottlePause) pause = options.MaxThrottlePause;
        return new(outcome)
        {
            Failure = new(rule.Reason, rule.Message) { Code = code, Retryable = true, RetryAfter = pause },
            Action = CodeAction.Throttle,
            Pause = pause,
        };
    }

    private static bool IsAboutIds(string? field) =>
        field is not null && field.StartsWith("user_id", StringComparison.Ordinal) && field != "user_id_type";
}
