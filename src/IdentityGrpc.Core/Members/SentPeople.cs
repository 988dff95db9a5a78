namespace IdentityGrpc.Core.Members;

/// <summary>How many places for remembered people the walks of the process have left. Thread-safe.</summary>
internal sealed class SentPeopleMemory(int people)
{
    // A third of the places of a table may be empty.
    private long _left = 3L * people / 2;

    public bool TryTake(int places)
    {
        if (Interlocked.Add(ref _left, -places) >= 0) return true;
        Give(places);
        return false;
    }

    public void Give(int places) => Interlocked.Add(ref _left, places);
}

/// <summary>
/// Whom one walk has sent, so that a person who goes to a later department during the walk does not come again: what
/// a page shows of a person tells where they stand now, not where they stood. 9 to 12 bytes a person. Not thread-safe.
/// </summary>
internal sealed class SentPeople(SentPeopleMemory memory) : IDisposable
{
    // Shards grow each at its own time, by a quarter when seven eighths are taken, so that few places are empty and growing
    // never takes old and new memory for all. They are too small for the heap of large objects.
    private const int Shards = 1024, FirstSize = 8, FirstSizes = 8;
    private readonly ulong[][] _shards = new ulong[Shards][];
    private readonly int[] _counts = new int[Shards];

    /// <summary>Whether somebody is not remembered, for want of memory.</summary>
    public bool HasForgotten { get; private set; }

    /// <summary>Remembers a person; false where they are remembered already.</summary>
    public bool Add(ulong person)
    {
        int shard = (int)(person >> 54);
        var places = _shards[shard] ?? [];
        int at = Find(places, person);
        if (at >= 0 && places[at] == person) return false;
        if (_counts[shard] * 8 >= places.Length * 7)
        {
            if (!TryGrow(shard)) return true;
            places = _shards[shard];
            at = Find(places, person);
        }
        places[at] = person;
        _counts[shard]++;
        return true;
    }

    public void Dispose()
    {
        foreach (var places in _shards)
        {
            if (places is not null) memory.Give(places.Length);
        }
        Array.Clear(_shards);
    }

    /// <summary>The place of the person, or the empty one that they would take; negative in a table without places.</summary>
    private static int Find(ulong[] places, ulong person)
    {
        if (places.Length == 0) return -1;
        int at = (int)(((person & uint.MaxValue) * (ulong)places.Length) >> 32);
        while (places[at] != 0 && places[at] != person) at = at + 1 < places.Length ? at + 1 : 0;
        return at;
    }

    private bool TryGrow(int shard)
    {
        var old = _shards[shard] ?? [];
        int size = old.Length == 0 ? FirstSize + (shard % FirstSizes) : old.Length + (old.Length / 4);
        if (!memory.TryTake(size))
        {
            HasForgotten = true;
            return false;
        }
        var grown = new ulong[size];
        foreach (ulong person in old)
        {
            if (person != 0) grown[Find(grown, person)] = person;
        }
        _shards[shard] = grown;
        memory.Give(old.Length);
        return true;
    }
}
