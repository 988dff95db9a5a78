using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos;

/// <summary>What a caller got.</summary>
internal sealed class Received
{
    /// <summary>What was right, in words such as <c>49 of 50 right</c>.</summary>
    public required string Right { get; init; }

    /// <summary>Whether everything that could be answered was, and nothing is missing.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The reasons given in place of what should have been answered.</summary>
    public IReadOnlyDictionary<UnresolvedReason, int> Missing { get; init; } = new Dictionary<UnresolvedReason, int>();

    /// <summary>The reasons given rightly, to keys that have no answer.</summary>
    public IReadOnlyDictionary<UnresolvedReason, int> Refused { get; init; } = new Dictionary<UnresolvedReason, int>();

    /// <summary>The failure of the call as a whole.</summary>
    public RpcException? Failure { get; init; }

    /// <summary>Promises that were broken: a lost answer, a wrong identity.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>A call that failed as a whole.</summary>
    public static Received Of(RpcException failure) => new() { Right = "", IsComplete = false, Failure = failure };

    /// <inheritdoc/>
    public override string ToString()
    {
        string status = Failure is null ? "" : Words.Of(Failure.StatusCode);
        var reasons = Missing.Concat(Refused).Where(r => r.Value > 0).Select(r => $"{r.Value} {Words.Of(r.Key)}");
        return string.Join(", ", ((string[])[Right, status, .. reasons]).Where(t => t.Length > 0));
    }
}

/// <summary>The contract's own words.</summary>
internal static class Words
{
    public static string Of(UnresolvedReason reason) => Snake(reason.ToString());

    public static string Of(StatusCode code) => Snake(code.ToString());

    private static string Snake(string pascal) => string.Concat(pascal.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
