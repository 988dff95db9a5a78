using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

internal sealed partial class WalkRun<T>
{
    private readonly Queue<DepartmentPages> _ahead = new();
    private readonly List<Task> _abandoned = [];
    private readonly HashSet<string> _moved = [];
    private PageWindow _window;
    private DepartmentPages? _current;
    private Task<Outcome<DepartmentTree>>? _listing;
    private DepartmentTree? _tree;
    private IEnumerator<DepartmentPosition>? _upcoming;
    private string _lastBegun = "";
    private int _number;

    // (1) Asks for all that a start takes; a failure where there is nothing to walk.
    private async Task<Failure?> StartAsync()
    {
        if (_state.IsPartial)
        {
            return await ListVisibleAsync(new(FailureReason.NoPermission, "The root department is outside the app's contact scope; only what the scope names was walked."));
        }
        if (_state.Root.Length > 0)
        {
            BeginListing(_state.Root);
            AddResumed();
            return await AdoptTreeAsync();
        }
        bool isOpen = _request.Department.Type == DepartmentIdType.OpenDepartmentId;
        if (isOpen) BeginAt(_request.Department.Value);
        var found = await _services.Reader.GetAsync(_call, _request.Department);
        if (found.Failure is { } failure)
        {
            if (_request.IsWholeCompany && failure.IsOutOfContactScope()) return await ListVisibleAsync(failure);
            // Listing members takes fewer scopes than reading a department (reference §3.2, §4.2).
            return isOpen && failure.MissingScopes.Count > 0 ? null : failure;
        }
        if (!isOpen) BeginAt(found.Value!.OpenDepartmentId);
        if (_request.Recursive) _state.Estimate = found.Value!.MemberCount;
        return null;
    }

    private void BeginAt(string root)
    {
        _state.Root = root;
        Add(new(root));
        BeginListing(root);
    }

    // The department in which a resumed walk stands is read while the departments are listed.
    private void AddResumed()
    {
        if (_state is { Phase: WalkPhase.Departments, Department.Length: > 0 }) Add(_state.At);
    }

    private void BeginListing(string root) => _listing = _request.Recursive
        ? _services.Lister.ListAsync(_call, root)
        : Task.FromResult((Outcome<DepartmentTree>)new DepartmentTree(new(root, []), []));

    private async Task<Failure?> ListVisibleAsync(Failure root)
    {
        // What was begun at the root fails like the root itself.
        if (_ahead.TryDequeue(out var atRoot)) _abandoned.Add(atRoot.Reading);
        if (_listing is not null) _abandoned.Add(_listing);
        _lastBegun = "";
        _window = new(() => _services.Load.PagesAhead);
        _state.IsPartial = true;
        _state.Root = "";
        AddResumed();
        _listing = _services.Lister.ListVisibleAsync(_call, _request.IncludeIndependent, root);
        return await AdoptTreeAsync();
    }

    // The tree, once it is listed; a failure where it could not be.
    private async Task<Failure?> AdoptTreeAsync()
    {
        if (_tree is not null) return null;
        var listed = await _listing!;
        if (listed.Failure is { } failure) return failure;
        _tree = listed.Value!;
        _state.DepartmentsKnown = _tree.Order.Count;
        foreach (var deferred in _from.Deferred.Where(d => !d.KeepsItsPlace)) _tree.Order.MoveToEnd(deferred.At.Department);
        foreach (string moved in _moved) _tree.Order.MoveToEnd(moved);
        foreach (var skipped in _state.Skipped.Where(s => s is { Kind: SkippedKind.Department, IsPartlyRead: false })) _tree.Order.TakeOut(skipped.Id);
        AddAhead();
        return null;
    }

    // (2) The next department to send members of; null at the end, or where the walk broke off.
    private async Task<DepartmentPages?> NextAsync()
    {
        while (_state.Phase != WalkPhase.End)
        {
            if (_ahead.TryDequeue(out _current))
            {
                AddAhead();
                return _current;
            }
            if ((_broken = await AdoptTreeAsync()) is not null) return null;
            AddAhead();
            if (_ahead.Count > 0) continue;
            _state.Phase++;
            _state.Begin(new(""));
            _upcoming = null;
            AddAhead();
        }
        return null;
    }

    private async Task WaitAsync(DepartmentPages pages)
    {
        var page = pages.WaitAsync(_call.Cancellation);
        if (_tree is null && await Task.WhenAny(page, _listing!) != page && (await _listing!).Succeeded) await AdoptTreeAsync();
        await page;
    }

    // Starts to read departments ahead, so many as pages may be ahead.
    private void AddAhead()
    {
        if (_tree is null) return;
        _upcoming ??= Upcoming().GetEnumerator();
        while (_ahead.Count < _services.Load.PagesAhead && _upcoming.MoveNext()) Add(_upcoming.Current);
    }

    private void Add(DepartmentPosition from)
    {
        _ahead.Enqueue(new(from, _number++, _window, _services.Reader, _call));
        _lastBegun = from.Department;
    }

    // The departments of this part of the walk that are not begun yet.
    private IEnumerable<DepartmentPosition> Upcoming() => _state.Phase switch
    {
        WalkPhase.Departments => _tree!.Order.From(_lastBegun).SkipWhile(d => d == _lastBegun).Select(d => new DepartmentPosition(d)),
        WalkPhase.Deferred => [.. _state.Deferred.Select(d => d.At)],
        WalkPhase.Independent when _request.IncludeIndependent => [_from.Phase == WalkPhase.Independent ? _from.At : new("")],
        _ => [],
    };
}
