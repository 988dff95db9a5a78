namespace IdentityGrpc.Core.Batching;

internal sealed partial class Lane<TKey, TAnswer>
{
    /// <summary>Who may leave next: callers take turns, one key each, and so do the questions of a caller, as told at <see cref="CallerLine"/>.</summary>
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

    /// <summary>
    /// The questions of a caller: short, long and very long ones take turns, one key each. Of its like, each short one has its turn; of the
    /// others the first goes first.
    /// </summary>
    /// <remarks>
    /// Long ones that took turns would all end at about the same time, as late as the last of them: most have their answers sooner one after
    /// another, and their callers ask on while other keys still wait. Only its like is waited for, so what waits is not much shorter.
    /// </remarks>
    private sealed class CallerLine(string caller) : ILink<CallerLine>
    {
        public readonly string Caller = caller;
        private const int Lengths = 3;

        private readonly Chain<Strand>[] _strands = new Chain<Strand>[Lengths];
        private int _turn;

        public bool IsEmpty => Array.TrueForAll(_strands, s => s.Count == 0);

        /// <summary>Whose key goes first; there must be one.</summary>
        public Strand First => _strands[_turn].First ?? _strands[(_turn + 1) % Lengths].First ?? _strands[(_turn + 2) % Lengths].First!;

        public CallerLine? Previous { get; set; }

        public CallerLine? Next { get; set; }

        public void Add(Strand strand) => _strands[LengthOf(strand)].AddLast(strand);

        public void Remove(Strand strand) => _strands[LengthOf(strand)].Remove(strand);

        /// <summary>A key of the question has gone.</summary>
        public void HasTaken(Strand strand)
        {
            int length = LengthOf(strand);
            _turn = (length + 1) % Lengths;
            if (length > 0) return;
            _strands[0].Remove(strand);
            _strands[0].AddLast(strand);
        }

        private static int LengthOf(Strand strand) => strand.Keys < PackedLookup.ManyKeys ? 0 : strand.Keys < 8 * PackedLookup.ManyKeys ? 1 : 2;
    }
}
