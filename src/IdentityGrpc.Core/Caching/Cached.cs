using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Caching;

/// <summary>What is kept of an answer.</summary>
/// <param name="Value">The answer; null: the platform gave none, for <paramref name="Failure"/>.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="AskedAt">When the platform was asked.</param>
public sealed record Cached<T>(T? Value, Failure? Failure, DateTimeOffset AskedAt) where T : class
{
    /// <summary>Whether it had been read before, since it was kept.</summary>
    public bool IsHot { get; init; }

    /// <summary>The answer as an outcome.</summary>
    public Outcome<T> Outcome => Value is { } value ? value : Failure!;
}
