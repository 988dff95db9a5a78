using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

/// <summary>What a lane asks the platform: the call, and how its answers are joined to the keys.</summary>
internal interface ILaneCall<TKey, TAnswer> where TAnswer : class
{
    /// <summary>What the call is counted by.</summary>
    BudgetKey Budget { get; }

    /// <summary>Kinds of keys that fill a call independently: e-mails and mobiles.</summary>
    int Compartments { get; }

    /// <summary>Keys that a call takes of each kind.</summary>
    int Capacity { get; }

    /// <summary>Calls under way at once, for each priority.</summary>
    int InFlightLimit { get; }

    /// <summary>Whether only keys are asked that were called invalid before: at bulk priority, and each alone once a batch of them is refused.</summary>
    bool IsApart { get; }

    /// <summary>The kind of a key.</summary>
    int CompartmentOf(TKey key);

    /// <summary>The key as the platform names it where it calls ids invalid.</summary>
    string NameOf(TKey key);

    /// <summary>Whether an answer about the key has ended since it was asked for.</summary>
    bool HasEnded(TKey key, in Answer<TAnswer> answer);

    /// <summary>Takes note that the platform called the key invalid.</summary>
    void Refused(TKey key);

    /// <summary>Asks, and joins the answers to the keys on what they say, never on their position.</summary>
    Task<LaneReply<TAnswer>> SendAsync(IReadOnlyList<TKey> keys, CallContext call);
}

/// <summary>The outcome of a lane's call: an answer for each key in the keys' order, or the failure of the whole call.</summary>
/// <param name="Answers">The answers; null for a key that the call cannot be joined to, which is to be asked singly.</param>
/// <param name="Failure">Why the call has none.</param>
internal readonly record struct LaneReply<TAnswer>(Outcome<TAnswer>?[]? Answers, Failure? Failure) where TAnswer : class
{
    /// <summary>Puts a row's answer in its key's place; rows that contradict each other answer nothing.</summary>
    public static void Join(ref Outcome<TAnswer>? place, Outcome<TAnswer> answer) =>
        place = place is not { } other || (Equals(other.Value, answer.Value) && Equals(other.Failure, answer.Failure)) ? answer : LaneFailures.Contradiction;

    public static implicit operator LaneReply<TAnswer>(Outcome<TAnswer>?[] answers) => new(answers, null);

    public static implicit operator LaneReply<TAnswer>(Failure failure) => new(null, failure);
}
