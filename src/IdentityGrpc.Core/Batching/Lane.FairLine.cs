namespace IdentityGrpc.Core.Batching;

internal sealed partial class Lane<TKey, TAnswer>
{
    /// <summary>Who may leave next: callers take turns, one key each; so do the short questions of a caller, and its long ones, of which the first goes first.</summary>
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
            caller.Add(strand);
        }

        public void Remove(Strand strand)
        {
            var caller = strand.CallerLine!;
            (strand.Line, strand.CallerLine) = (null, null);
            caller.Remove(strand);
            if (!caller.IsEmpty) return;
            _turns.Remove(caller);
            _callers.Remove(caller.Caller);
        }

        /// <summary>Takes a waiting key; null where there is none.</summary>
        public Slot? Take()
        {
            while (_turns.First is { } caller)
            {
                var strand = caller.First;
                if (strand.Take() is not { } slot)
                {
                    Remove(strand);
                    continue;
                }
                caller.HasTaken(strand);
                _turns.Remove(caller);
                _turns.AddLast(caller);
                return slot;
            }
            return null;
        }
    }

    /// <summary>The questions of a caller.</summary>
    /// <remarks>
    /// Long ones that took turns would all end at about the same time, as late as the last of them. One after another, most have their
    /// answers sooner, none later, and their callers ask on while other keys still wait.
    /// </remarks>
    private sealed class CallerLine(string caller) : ILink<CallerLine>
    {
        public readonly string Caller = caller;
        private Chain<Strand> _short, _long;
        private bool _longIsNext;

        public bool IsEmpty => _short.Count + _long.Count == 0;

        /// <summary>Whose key goes first; there must be one.</summary>
        public Strand First => (_longIsNext ? _long.First ?? _short.First : _short.First ?? _long.First)!;

        public CallerLine? Previous { get; set; }

        public CallerLine? Next { get; set; }

        public void Add(Strand strand) => ChainOf(strand).AddLast(strand);

        public void Remove(Strand strand) => ChainOf(strand).Remove(strand);

        /// <summary>A key of the question has gone.</summary>
        public void HasTaken(Strand strand)
        {
            _longIsNext = !strand.IsLong;
            if (strand.IsLong) return;
            _short.Remove(strand);
            _short.AddLast(strand);
        }

        private ref Chain<Strand> ChainOf(Strand strand) => ref strand.IsLong ? ref _long : ref _short;
    }
}
