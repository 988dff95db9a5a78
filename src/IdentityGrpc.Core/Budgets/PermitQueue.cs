using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Budgets;

/// <summary>
/// Who waits for permits, and who is next: interactive calls before bulk ones, but of the permits given while bulk
/// calls wait, bulk gets its share. Not thread-safe.
/// </summary>
internal sealed class PermitQueue(double bulkShare)
{
    private readonly LinkedList<PermitWaiter> _interactive = [], _bulk = [];

    // How many permits bulk calls are owed for those that went to interactive calls past them.
    private double _owed;

    public int Count => _interactive.Count + _bulk.Count;

    public LinkedList<PermitWaiter> Of(Priority priority) => priority == Priority.Bulk ? _bulk : _interactive;

    /// <summary>Whether a bulk call is next by right, whatever it would leave to others.</summary>
    public bool BulkIsOwed => _owed >= 1 && _bulk.Count > 0;

    /// <summary>Whose turn it is; null where nobody waits.</summary>
    public Priority? Next => BulkIsOwed ? Priority.Bulk : _interactive.Count > 0 ? Priority.Interactive : _bulk.Count > 0 ? Priority.Bulk : null;

    public void Add(PermitWaiter waiter) => waiter.Place = Of(waiter.Priority).AddLast(waiter);

    /// <summary>Takes the waiter out; false where it is out already.</summary>
    public bool Remove(PermitWaiter waiter)
    {
        if (waiter.Place is not { } place) return false;
        waiter.Place = null;
        Of(waiter.Priority).Remove(place);
        if (_bulk.Count == 0) _owed = 0;
        return true;
    }

    /// <summary>Books a permit that goes to a call of that priority.</summary>
    public void Granted(Priority priority)
    {
        if (priority == Priority.Bulk) _owed = Math.Max(0, _owed - 1);
        else if (_bulk.Count > 0) _owed = Math.Min(_owed + bulkShare / (1 - bulkShare), 1 / (1 - bulkShare));
    }
}
