namespace IdentityGrpc.Feishu.Telemetry;

/// <summary>The names under which calls of the platform are observed. No tag holds an id of a person, a contact or a token.</summary>
public static class FeishuDiagnostics
{
    /// <summary>The meter: <c>feishu.client.calls</c>, <c>.call.duration</c>, <c>.tries</c>, <c>.try.duration</c>, <c>.token.fetches</c>, <c>.breaker.state</c>.</summary>
    public const string MeterName = "IdentityGrpc.Feishu";

    /// <summary>The source of traces: one activity a call, named as the API.</summary>
    public const string ActivitySourceName = "IdentityGrpc.Feishu";
}
