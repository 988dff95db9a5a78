using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Batching;

internal sealed partial class Lane<TKey, TAnswer>
{
    /// <summary>One caller's question. Its fields are guarded by the lane's lock; its task is completed outside of it.</summary>
    private sealed class Ask(Lane<TKey, TAnswer> lane, int keys, CallContext call)
        : TaskCompletionSource<Answer<TAnswer>[]>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public readonly Lane<TKey, TAnswer> Lane = lane;
        public readonly Answer<TAnswer>[] Answers = keys == 0 ? [] : new Answer<TAnswer>[keys];

        /// <summary>Where each key waits; null where it does not, or does no longer.</summary>
        public readonly Waiter?[] Waiters = new Waiter?[keys];
        public readonly CallContext Call = call;
        public readonly Priority Priority = call.Priority;
        public readonly string Caller = call.Caller ?? "";

        /// <summary>How many keys have joined the lane so far.</summary>
        public int Attached;

        /// <summary>How many keys have no answer yet.</summary>
        public int Left = keys;

        /// <summary>Whether nobody listens any more: answered, cancelled or late.</summary>
        public bool Ended;

        public Failure? QueueIsFull;

        private Strand? _first, _second;
        private Reach? _firstReach, _secondReach;
        private ITimer? _deadline;
        private CancellationTokenRegistration _cancellation;

        public Strand StrandOf(int compartment) => compartment == 0 ? _first ??= new(this, 0) : _second ??= new(this, 1);

        public Reach ReachOf(int compartment) => compartment == 0 ? _firstReach ??= new() : _secondReach ??= new();

        public void Answer(int index, Answer<TAnswer> answer)
        {
            Answers[index] = answer;
            Waiters[index] = null;
            Left--;
        }

        public Answer<TAnswer>[] AnswerAll(Failure failure, DateTimeOffset at)
        {
            Array.Fill(Answers, new(failure, at));
            return Answers;
        }

        /// <summary>Takes the question out of the lines.</summary>
        public void Unline()
        {
            _first?.Line?.Remove(_first);
            _second?.Line?.Remove(_second);
        }

        /// <summary>What is to be let go when the question ends.</summary>
        public void Hold(ITimer? deadline, CancellationTokenRegistration cancellation) => (_deadline, _cancellation) = (deadline, cancellation);

        /// <summary>Tells the caller; to be called once, outside the lock, after <see cref="Ended"/> is set.</summary>
        public void Tell(CancellationToken? cancelled = null)
        {
            _deadline?.Dispose();
            _cancellation.Unregister();
            if (cancelled is { } token) TrySetCanceled(token);
            else TrySetResult(Answers);
        }
    }

    /// <summary>How far the keys of a question that fill one compartment get before its deadline.</summary>
    private sealed class Reach
    {
        /// <summary>How many slots the question has opened, or would have.</summary>
        public int Opened;

        /// <summary>Why further keys are refused; null: they are not.</summary>
        public Failure? Refusal;
    }

    /// <summary>The keys of a question that fill one compartment, in the order in which they were asked.</summary>
    private sealed class Strand(Ask ask, int compartment) : ILink<Strand>
    {
        private int _next;

        /// <summary>The line that it stands in; null: none.</summary>
        public FairLine? Line;

        /// <summary>Its caller's place there.</summary>
        public CallerLine? CallerLine;

        public string Caller => ask.Caller;

        /// <summary>How many keys the question has.</summary>
        public int Keys => ask.Answers.Length;

        public Strand? Previous { get; set; }

        public Strand? Next { get; set; }

        /// <summary>The next key that still waits; null where none is left.</summary>
        public Slot? Take()
        {
            while (_next < ask.Attached)
            {
                if (ask.Waiters[_next++]?.Slot is { Stage: Stage.Waiting } slot && slot.Compartment == compartment) return slot;
            }
            return null;
        }
    }
}
