using System.Text.Json.Serialization;

namespace IdentityGrpc.Server.Events;

/// <summary>What the platform is answered: the challenge, or that the event has arrived.</summary>
internal sealed record EventAnswer
{
    public string? Challenge { get; init; }

    public string? Msg { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventAnswer))]
[JsonSerializable(typeof(SandboxSubscription))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
