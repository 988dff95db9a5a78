using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

/// <summary>The failures that arise in the lanes themselves.</summary>
internal static class LaneFailures
{
    public static Failure TimedOut { get; } = Unavailable("The platform did not answer in time.");

    public static Failure NotEchoed { get; } = Unavailable("The platform's answer left the contact out.");

    public static Failure Contradiction { get; } = Unavailable("The platform's answer names two people for the key.");

    public static Failure AnotherPerson { get; } = Unavailable("The platform answered for another key.");

    public static Failure Fault { get; } = new(FailureReason.UpstreamUnavailable, "The service failed to ask; its log says why.");

    private static Failure Unavailable(string message) => new(FailureReason.UpstreamUnavailable, message) { Retryable = true };
}
