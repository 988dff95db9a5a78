namespace IdentityGrpc.Core.Members;

/// <summary>How many walks the process has running, and what each may read ahead. Thread-safe.</summary>
internal sealed class WalkLoad(MembersOptions options)
{
    private const int LeastAhead = 2;
    private int _walks;

    /// <summary>How many pages a walk may have asked for or read beyond what its reader has taken.</summary>
    public int PagesAhead => Math.Clamp(options.PagesAheadOfAll / Math.Max(1, Volatile.Read(ref _walks)), LeastAhead, options.PagesAhead);

    /// <summary>Walks running.</summary>
    public int Walks => Volatile.Read(ref _walks);

    /// <summary>Counts one more walk; false where there are too many.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _walks) <= options.MaxWalks) return true;
        Leave();
        return false;
    }

    /// <summary>Counts one walk less.</summary>
    public void Leave() => Interlocked.Decrement(ref _walks);
}
