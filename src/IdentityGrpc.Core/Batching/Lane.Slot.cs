using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

internal sealed partial class Lane<TKey, TAnswer>
{
    private enum Stage : byte
    {
        /// <summary>Waits to leave.</summary>
        Waiting,

        /// <summary>A call asks for it.</summary>
        UnderWay,

        /// <summary>Was in a refused batch and is sorted out apart.</summary>
        Quarantined,

        /// <summary>Answered, and remembered for a while.</summary>
        Answered,

        /// <summary>Answered, dropped, or merged into a newer slot.</summary>
        Gone,
    }

    /// <summary>A key that is asked for, and everybody who waits for its answer.</summary>
    private sealed class Slot(TKey key, int compartment, string caller) : ILink<Slot>
    {
        public readonly TKey Key = key;
        public readonly int Compartment = compartment;

        /// <summary>Who asked first: whose share it counts in.</summary>
        public readonly string Caller = caller;

        public Stage Stage;

        /// <summary>Whether no newer slot of its key has taken its place.</summary>
        public bool IsNewest;
        public Chain<Waiter> Waiters;
        public int InteractiveWaiters;

        /// <summary>When its call left, on the clock of the watermarks; null while it has not.</summary>
        public DateTimeOffset? AskedAt;

        /// <summary>Since when it waits, or is answered, in ticks of the lane's clock.</summary>
        public long Since;

        public Outcome<TAnswer> Outcome;

        /// <summary>What it was answered.</summary>
        public Answer<TAnswer> Answer => new(Outcome, AskedAt!.Value);

        /// <summary>How often it was in a refused batch without being named, and how often its answer was void.</summary>
        public int Refusals, Voids;

        /// <summary>The single questions that it is part of, where its call could not be joined.</summary>
        public SingleAsk? SingleAsk;

        public Priority Priority => InteractiveWaiters > 0 ? Priority.Interactive : Priority.Bulk;

        public Slot? Previous { get; set; }

        public Slot? Next { get; set; }
    }

    /// <summary>One key of one question, waiting at a slot.</summary>
    private sealed class Waiter(Ask ask, int index) : ILink<Waiter>
    {
        public readonly Ask Ask = ask;
        public readonly int Index = index;
        public Slot? Slot;

        public Waiter? Previous { get; set; }

        public Waiter? Next { get; set; }
    }

    /// <summary>Single questions for slots that a packed call could not be joined to; cancelled when nobody waits for any of them.</summary>
    private sealed class SingleAsk : CancellationTokenSource
    {
        public readonly List<Slot> Slots = [];

        /// <summary>For how many of them somebody waits.</summary>
        public int Live;
    }
}
