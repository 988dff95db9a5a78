using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>
/// Finds in pages that are read again the place where a walk stood: after the last person passed or, where that person
/// is not there any more, after as many rows as had been passed. Not thread-safe.
/// </summary>
internal sealed class PlaceFinder
{
    private ulong _last;
    private long _left;

    /// <summary>Looks for the place from the next row on.</summary>
    public void Seek(ulong last, long rows) => (_last, _left) = (last, rows);

    /// <summary>How many rows at the beginning of the page have been passed before.</summary>
    public int Passed(IReadOnlyList<DirectoryMember> page)
    {
        if (_left == 0) return 0;
        for (int i = 0; i < page.Count; i++)
        {
            if (PersonHash.Of(page[i].Person.OpenId) != _last) continue;
            _left = 0;
            return i + 1;
        }
        int passed = (int)Math.Min(_left, page.Count);
        _left -= passed;
        return passed;
    }
}
