using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>Where a walk stands while it goes on; becomes a <see cref="WalkPosition"/> when a batch leaves. Not thread-safe.</summary>
internal sealed class WalkState(WalkPosition from)
{
    private readonly List<DeferredDepartment> _deferred = [.. from.Deferred];
    private readonly List<SkippedPart> _skipped = [.. from.Skipped];
    private int _unlisted = from.SkippedUnlisted;

    // The place within the department.
    private string? _pageToken = from.At.PageToken;
    private int _offset = from.At.Offset;
    private long _rows = from.At.Rows;
    private ulong _last = from.At.Last;

    public WalkPhase Phase { get; set; } = from.Phase;

    public string Root { get; set; } = from.Root;

    public bool IsPartial { get; set; } = from.IsPartial;

    public string Department { get; private set; } = from.At.Department;

    public int DepartmentsDone { get; private set; } = from.DepartmentsDone;

    public int DepartmentsKnown { get; set; } = from.DepartmentsKnown;

    public long Sent { get; set; } = from.Sent;

    public long? Estimate { get; set; } = from.Estimate;

    public bool MayRepeat { get; set; } = from.MayRepeat;

    public IReadOnlyList<DeferredDepartment> Deferred => _deferred;

    public IReadOnlyList<SkippedPart> Skipped => _skipped;

    /// <summary>Whether not one department could be read.</summary>
    public bool HasReadNothing => DepartmentsDone == 0 && Sent == 0 && _skipped.All(s => !s.IsPartlyRead);

    public DepartmentPosition At => new(Department) { PageToken = _pageToken, Offset = _offset, Rows = _rows, Last = _last };

    public void Begin(DepartmentPosition at) => (Department, _pageToken, _offset, _rows, _last) = (at.Department, at.PageToken, at.Offset, at.Rows, at.Last);

    public void BeginPage(string? pageToken, int offset) => (_pageToken, _offset) = (pageToken, offset);

    public void Pass(ulong person)
    {
        _offset++;
        _rows++;
        _last = person;
    }

    public void Done()
    {
        if (Phase == WalkPhase.Independent) return;
        DepartmentsDone++;
        EndTurn();
    }

    /// <summary>Gives the department one more turn; false where it has had it, or too many wait for theirs.</summary>
    public bool Defer(Failure failure)
    {
        if (Phase != WalkPhase.Departments || _deferred.Count >= WalkPosition.MaxListed) return false;
        var deferred = new DeferredDepartment(At, failure, KeepsItsPlace: _rows > 0);
        // Those that keep their place go first: they must be read before one that moved to the end.
        int at = deferred.KeepsItsPlace ? _deferred.FindIndex(d => !d.KeepsItsPlace) : -1;
        _deferred.Insert(at < 0 ? _deferred.Count : at, deferred);
        return true;
    }

    public void Skip(Failure failure)
    {
        var kind = Phase == WalkPhase.Independent ? SkippedKind.IndependentMembers : SkippedKind.Department;
        if (_skipped.Count < WalkPosition.MaxListed) _skipped.Add(new(kind, Department, failure) { IsPartlyRead = _rows > 0 });
        else _unlisted++;
        EndTurn();
    }

    /// <summary>Ends the walk.</summary>
    /// <param name="outOfReach">What it could not reach from the start.</param>
    public void End(IReadOnlyList<SkippedPart> outOfReach)
    {
        Phase = WalkPhase.End;
        _skipped.InsertRange(0, outOfReach);
        int unlisted = Math.Max(0, _skipped.Count - WalkPosition.MaxListed);
        _skipped.RemoveRange(_skipped.Count - unlisted, unlisted);
        _unlisted += unlisted;
    }

    public WalkPosition Position() => new()
    {
        Phase = Phase,
        Root = Root,
        IsPartial = IsPartial,
        At = Phase == WalkPhase.End ? new("") : At,
        DepartmentsKnown = DepartmentsKnown,
        DepartmentsDone = DepartmentsDone,
        Sent = Sent,
        Estimate = Estimate,
        MayRepeat = MayRepeat,
        Deferred = [.. _deferred.Select(d => Phase == WalkPhase.Deferred && d.At.Department == Department ? d with { At = At } : d)],
        Skipped = [.. _skipped],
        SkippedUnlisted = _unlisted,
    };

    private void EndTurn()
    {
        if (Phase == WalkPhase.Deferred) _deferred.RemoveAll(d => d.At.Department == Department);
    }
}
