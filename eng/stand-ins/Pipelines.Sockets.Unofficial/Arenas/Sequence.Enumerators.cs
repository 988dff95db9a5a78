namespace Pipelines.Sockets.Unofficial.Arenas;

public readonly partial struct Sequence<T>
{
    /// <summary>Walks the elements.</summary>
    public ref struct Enumerator
    {
        private readonly Span<T> _span;
        private int _index;

        internal Enumerator(Span<T> span)
        {
            _span = span;
            _index = -1;
        }

        public readonly ref T Current => ref _span[_index];

        public bool MoveNext() => ++_index < _span.Length;

        /// <summary>The next element.</summary>
        /// <exception cref="IndexOutOfRangeException">There is none.</exception>
        public ref T GetNext() => ref _span[++_index];
    }

    /// <summary>The contiguous pieces: here one, or none.</summary>
    public readonly ref struct SpanEnumerable
    {
        private readonly Span<T> _span;

        internal SpanEnumerable(Sequence<T> owner) => _span = owner.FirstSpan;

        public SpanEnumerator GetEnumerator() => new(_span);
    }

    /// <summary>Walks the contiguous pieces.</summary>
    public ref struct SpanEnumerator
    {
        private bool _done;

        internal SpanEnumerator(Span<T> span)
        {
            Current = span;
            _done = span.IsEmpty;
        }

        public Span<T> Current { get; }

        public bool MoveNext()
        {
            var more = !_done;
            _done = true;
            return more;
        }
    }
}
