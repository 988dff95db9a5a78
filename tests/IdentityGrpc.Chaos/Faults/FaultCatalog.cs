using IdentityGrpc.V1;
using static IdentityGrpc.V1.UnresolvedReason;

namespace IdentityGrpc.Chaos.Faults;

/// <summary>The rows of the matrix. Reasons and repetitions are those of the reference §6.</summary>
internal static class FaultCatalog
{
    /// <summary>A first try and two repetitions, the default.</summary>
    private const int Tries = 3;

    private static readonly (string Name, UnresolvedReason Reason, Dictionary<string, object> Fault)[] s_passing =
    [
        ("reset before headers", UpstreamUnavailable, new() { ["kind"] = "reset" }),
        ("reset in the body", UpstreamUnavailable, new() { ["kind"] = "reset", ["at"] = "body" }),
        ("truncated JSON", UpstreamUnavailable, new() { ["kind"] = "truncate" }),
        ("malformed JSON", UpstreamUnavailable, new() { ["kind"] = "malformed" }),
        ("HTML 502", UpstreamUnavailable, new() { ["kind"] = "malformed", ["body"] = "html" }),
        ("empty 200", UpstreamUnavailable, new() { ["kind"] = "malformed", ["body"] = "empty" }),
        ("500", UpstreamUnavailable, new() { ["kind"] = "status", ["status"] = 500 }),
        ("503", UpstreamUnavailable, new() { ["kind"] = "status", ["status"] = 503 }),
        ("429 without reset", BudgetExhausted, new() { ["kind"] = "status", ["status"] = 429 }),
        ("429 with reset 1 s", BudgetExhausted, new() { ["kind"] = "status", ["status"] = 429, ["reset_seconds"] = 1 }),
        ("99991400 in a 200", BudgetExhausted, new() { ["kind"] = "code", ["code"] = 99991400, ["status"] = 200 }),
        ("slow drip", UpstreamUnavailable, new() { ["kind"] = "drip", ["latency_ms"] = 500 }),
        ("30 s silence", UpstreamUnavailable, new() { ["kind"] = "silence", ["latency_ms"] = 30_000 }),
    ];

    /// <summary>All rows.</summary>
    public static IReadOnlyList<FaultRow> Rows { get; } =
    [
        new("none") { MoreCalls = 0 },
        new("connect refused") { Gone = true, Reason = UpstreamUnavailable, MoreCalls = 0, MostTokens = 0 },
        .. s_passing.SelectMany(f => (FaultRow[])[Twice(f.Name, f.Fault), ForEver(f.Name, f.Reason, f.Fault)]),
        new("500, every second call")
        {
            Fault = new Dictionary<string, object> { ["kind"] = "status", ["status"] = 500, ["probability"] = 0.5 },
            // Many calls, and no breaker to end them early: some batches get through, others do not.
            Settings = ["Batching:BatchSize=2", "Upstream:BreakerMinimumTries=10000"],
            Reason = UpstreamUnavailable,
            MayHelp = true,
            MostCalls = Most(resolve: 25 + (25 * Tries), convert: 25 * Tries, members: 2 * Tries * 10),
        },
        new("99991663, once") { Fault = new Dictionary<string, object> { ["kind"] = "code", ["code"] = 99991663, ["times"] = 1 }, MoreCalls = 1, MostTokens = 2 },
        // Each call that a new token does not help fetches one.
        new("99991663, for ever") { Fault = new Dictionary<string, object> { ["kind"] = "code", ["code"] = 99991663 }, Reason = UpstreamUnavailable, Tries = 2, MostTokens = 9 },
        new("99991672, for ever") { Fault = new Dictionary<string, object> { ["kind"] = "code", ["code"] = 99991672 }, Reason = NoPermission, MoreCalls = 0 },
        new("1 wrong id of 50") { Wrong = new(1), MostCalls = Most(resolve: 2, convert: 2, members: 150) },
        new("5 wrong ids of 50") { Wrong = new(5), MostCalls = Most(resolve: 2, convert: 2, members: 150) },
        // A walk asks for the department and for its first members at once.
        new("50 wrong ids of 50") { Wrong = new(50), MostCalls = Most(resolve: 1, convert: 1, members: 100) },
        new("1 of another app, unnamed") { Wrong = new(1, OfAnotherApp: true), Only = "convert", MostCalls = Most(convert: 13) },
        new("5 of another app, unnamed") { Wrong = new(5, OfAnotherApp: true), Only = "convert", MostCalls = Most(convert: 5 * 13) },
        new("50 of another app, unnamed") { Wrong = new(50, OfAnotherApp: true), Only = "convert", MostCalls = Most(convert: 2 * 50) },
    ];

    private static FaultRow Twice(string name, Dictionary<string, object> fault) =>
        new($"{name}, twice") { Fault = new Dictionary<string, object>(fault) { ["times"] = 2 }, MoreCalls = 2 };

    private static FaultRow ForEver(string name, UnresolvedReason reason, Dictionary<string, object> fault) =>
        new($"{name}, for ever") { Fault = fault, Reason = reason, Tries = Tries };

    private static Dictionary<string, long> Most(long resolve = 0, long convert = 0, long members = 0) =>
        new() { ["resolve"] = resolve, ["convert"] = convert, ["members"] = members };
}
