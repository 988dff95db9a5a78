using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Faults;

/// <summary>What is done to the platform, and what a caller must get then.</summary>
/// <param name="Name">Its name in the table.</param>
internal sealed record FaultRow(string Name)
{
    /// <summary>The fault, as <c>PUT /sandbox/v1/faults</c> takes it, without the API; null: none.</summary>
    public IReadOnlyDictionary<string, object>? Fault { get; init; }

    /// <summary>Whether the platform is gone: connections are refused.</summary>
    public bool Gone { get; init; }

    /// <summary>The wrong keys of the question.</summary>
    public WrongKeys Wrong { get; init; }

    /// <summary>The reason that the faulty API's keys get; null: repetition helps, and everything is answered.</summary>
    public UnresolvedReason? Reason { get; init; }

    /// <summary>Whether some of the keys may have been answered for all that.</summary>
    public bool MayHelp { get; init; }

    /// <summary>Upstream calls on top of those of a healthy platform; null: as many as <see cref="Tries"/> of each.</summary>
    public int? MoreCalls { get; init; }

    /// <summary>Tries of a call that keeps failing.</summary>
    public int Tries { get; init; } = 1;

    /// <summary>The most upstream calls, by probe; null: as the two above say.</summary>
    public IReadOnlyDictionary<string, long>? MostCalls { get; init; }

    /// <summary>The most calls for tokens.</summary>
    public int MostTokens { get; init; } = 1;

    /// <summary>The probe that alone is asked; null: each.</summary>
    public string? Only { get; init; }

    /// <summary>Settings of the service.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
