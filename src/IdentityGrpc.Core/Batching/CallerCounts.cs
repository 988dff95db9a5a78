namespace IdentityGrpc.Core.Batching;

/// <summary>A number for each caller; those of zero take no room. Not thread-safe.</summary>
internal sealed class CallerCounts
{
    private readonly Dictionary<string, int> _others = new(StringComparer.Ordinal);

    // Keys come and go by the thousand of one caller: its number stays at hand.
    private string _latest = "";
    private int _count;

    public int Of(string caller) => caller == _latest ? _count : _others.GetValueOrDefault(caller);

    public void Add(string caller, int change)
    {
        if (caller != _latest)
        {
            if (_count != 0) _others[_latest] = _count;
            _others.Remove(caller, out _count);
            _latest = caller;
        }
        _count += change;
    }
}
