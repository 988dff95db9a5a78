namespace IdentityGrpc.Sandbox.Events;

/// <summary>Where an app's events go, and how badly they travel.</summary>
internal sealed record Subscription
{
    public required Uri Url { get; init; }

    /// <summary>Encrypts and signs; null sends plain bodies without a signature.</summary>
    public string? EncryptKey { get; init; }

    /// <summary>The verification token that stands in every event.</summary>
    public required string Token { get; init; }

    /// <summary>Resend after 15 s, 5 min, 1 h and 6 h what was not answered 200 in time.</summary>
    public bool Retries { get; init; } = true;

    /// <summary>How many more times every event is sent although it was received.</summary>
    public int Duplicates { get; init; }

    /// <summary>Events that happen together are sent in a random order.</summary>
    public bool Reorder { get; init; }

    /// <summary>Event types to send; null is all.</summary>
    public IReadOnlySet<string>? Types { get; init; }
}
