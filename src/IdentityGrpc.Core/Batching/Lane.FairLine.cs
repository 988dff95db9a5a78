namespace IdentityGrpc.Core.Batching;

internal sealed partial class Lane<TKey, TAnswer>
{
    /// <summary>Who may leave next: callers take turns, and the questions of a caller take turns within theirs, one key each.</summary>
    private sealed class FairLine
    {
        private readonly Dictionary<string, CallerLine> _callers = new(StringComparer.Ordinal);
        private Chain<CallerLine> _turns;

        public void Add(Strand strand)
        {
            if (strand.Line is not null) return;
            if (!_callers.TryGetValue(strand.Caller, out var caller))
            {
                _callers[strand.Caller] = caller = new(strand.Caller);
                _turns.AddLast(caller);
            }
            (strand.Line, strand.CallerLine) = (this, caller);
            caller.Strands.AddLast(strand);
        }

        public void Remove(Strand strand)
        {
            var caller = strand.CallerLine!;
            (strand.Line, strand.CallerLine) = (null, null);
            caller.Strands.Remove(strand);
            if (caller.Strands.Count > 0) return;
            _turns.Remove(caller);
            _callers.Remove(caller.Caller);
        }

        /// <summary>Takes a waiting key; null where there is none.</summary>
        public Slot? Take()
        {
            while (_turns.First is { } caller)
            {
                var strand = caller.Strands.First!;
                if (strand.Take() is not { } slot)
                {
                    Remove(strand);
                    continue;
                }
                caller.Strands.Remove(strand);
                caller.Strands.AddLast(strand);
                _turns.Remove(caller);
                _turns.AddLast(caller);
                return slot;
            }
            return null;
        }
    }

    private sealed class CallerLine(string caller) : ILink<CallerLine>
    {
        public readonly string Caller = caller;
        public Chain<Strand> Strands;

        public CallerLine? Previous { get; set; }

        public CallerLine? Next { get; set; }
    }
}
