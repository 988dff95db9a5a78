using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>One walk under way; the numbers are those of <see cref="MemberWalk"/>.</summary>
internal sealed partial class WalkRun<T> : IAsyncDisposable
{
    private const int MaxBatchBytes = 3 << 20, MaxRenewals = 3, OutagesInARow = 5, DepartmentsWithoutBatch = 50;

    private readonly WalkServices _services;
    private readonly WalkRequest _request;
    private readonly IMemberView<T> _view;
    private readonly SentPeople _sent;
    private readonly CancellationTokenSource _end;
    private readonly WalkCall _call;
    private readonly WalkState _state;
    private readonly WalkPosition _from;
    private readonly PlaceFinder _place = new();
    private readonly List<T> _batch = [];
    private int _batchBytes, _doneAtBatch, _outages;
    private Failure? _broken;

    public WalkRun(WalkServices services, WalkRequest request, WalkPosition from, IMemberView<T> view, SentPeople sent, CallContext call)
    {
        (_services, _request, _from, _view, _sent) = (services, request, from, view, sent);
        _end = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        _call = new(request.Scope, this, request.IncludeProfile, call with { Cancellation = _end.Token });
        _window = new(() => services.Load.PagesAhead);
        _state = new(from) { MayRepeat = from.MayRepeat || (request.Distinct && from.Phase != WalkPhase.End && (from.IsPartial || from.Root.Length > 0)) };
        _doneAtBatch = from.DepartmentsDone;
    }

    public async IAsyncEnumerable<MemberBatch<T>> RunAsync()
    {
        if (_from.Phase != WalkPhase.End && await StartAsync() is { } unreachable)
        {
            yield return Broken(unreachable);
            yield break;
        }
        while (_broken is null && await NextAsync() is { } pages)
        {
            BeginDepartment(pages);
            Failure? failure = null;
            for (bool isLast = false; !isLast && failure is null;)
            {
                PageRead<DirectoryMember> page;
                while (!pages.TryTake(out page))
                {
                    if (HasBatch) yield return TakeBatch(); // (3)
                    await WaitAsync(pages);
                }
                page = await RenewAsync(page); // (5)
                isLast = page.IsLast;
                failure = page.Outcome.Failure;
                if (page.IsRestart) _place.Seek(_state.At.Last, _state.At.Rows);
                if (page.Outcome.Value is not { } read) break;
                _outages = 0;
                int passed = BeginPage(page, read);
                for (int i = passed; i < read.Items.Count; i++)
                {
                    if (!Pass(read.Items[i], page.AskedAt)) continue;
                    var shown = _view.Show(read.Items[i]);
                    int size = _view.SizeOf(shown);
                    if (_batch.Count > 0 && _batchBytes + size > MaxBatchBytes) yield return TakeBatch();
                    _batch.Add(shown);
                    _batchBytes += size;
                    _state.Sent++;
                    if (_batch.Count >= _request.BatchSize) yield return TakeBatch();
                }
                if (read.NextPageToken is { } next) _state.BeginPage(next, 0);
            }
            // Nothing read is held back while the departments are still being listed; the department is not done in its cursor.
            if (_tree is null && _batch.Count > 0) yield return TakeBatch();
            pages.End();
            if (!pages.Reading.IsCompleted) _abandoned.Add(pages.Reading);
            EndDepartment(failure);
        }
        if (_broken is null && _from.Phase != WalkPhase.End && _state.HasReadNothing && _state.Skipped is [{ } first, ..]) _broken = first.Failure;
        if (_broken is { } broken)
        {
            if (_batch.Count > 0) yield return TakeBatch();
            yield return Broken(broken);
            yield break;
        }
        _state.End(_tree?.OutOfReach ?? []);
        yield return TakeBatch() with { IsLast = true, ListedAt = _tree?.ListedAt };
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        // All of these end soon: what they wait for ends with the cancellation, which is all that they throw.
        Task[] begun = [.. _ahead.Select(p => p.Reading), .. _abandoned, _current?.Reading ?? Task.CompletedTask, _listing ?? Task.CompletedTask];
        await Task.WhenAll(begun).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private bool HasBatch => _batch.Count > 0 || _state.DepartmentsDone - _doneAtBatch >= DepartmentsWithoutBatch;

    private MemberBatch<T> TakeBatch()
    {
        _state.MayRepeat |= _sent.HasForgotten;
        var batch = new MemberBatch<T>([.. _batch], _state.Position());
        _batch.Clear();
        (_batchBytes, _doneAtBatch) = (0, _state.DepartmentsDone);
        return batch;
    }

    private MemberBatch<T> Broken(Failure failure) => new([], _state.Position()) { Broken = failure };

    private void BeginDepartment(DepartmentPages pages)
    {
        _state.Begin(pages.From);
        if (pages.From.Offset > 0) _place.Seek(pages.From.Last, pages.From.Offset);
        else _place.Seek(0, 0);
        pages.BeginToSend();
    }

    private int BeginPage(in PageRead<DirectoryMember> page, Page<DirectoryMember> read)
    {
        _view.Look(read.Items);
        int passed = _place.Passed(read.Items);
        _state.BeginPage(page.PageToken, passed);
        return passed;
    }

    // (4) Whether the member is to be sent.
    private bool Pass(DirectoryMember member, DateTimeOffset askedAt)
    {
        _services.Cache.StorePerson(_request.Scope, member.Person, includeResigned: false, askedAt);
        _services.Shared.StorePerson(_request.Scope, member.Person, includeResigned: false, askedAt);
        ulong person = PersonHash.Of(member.Person.OpenId);
        _state.Pass(person);
        if (member.Person.Status == UserStatus.Resigned) return false;
        if (!_request.Distinct) return true;
        if (member.DepartmentIds is { } own && _tree?.Order.IsMemberEarlier(own, _state.Department) == true) return false;
        return _sent.Add(person);
    }

    // (6)
    private void EndDepartment(Failure? failure)
    {
        if (failure is null)
        {
            _state.Done();
            return;
        }
        bool isTheListings = failure.Code == WalkFailures.PageTokenInvalid || failure == WalkFailures.Endless;
        if (failure.Retryable && !isTheListings) _outages++;
        if (failure.EndsTheWalk() || _outages >= OutagesInARow)
        {
            _broken = failure;
            return;
        }
        bool isUnread = _state.At.Rows == 0 && _state.Department.Length > 0;
        if ((failure.Retryable || isTheListings) && _state.Defer(failure))
        {
            if (isUnread) _moved.Add(_state.Department);
            if (isUnread) _tree?.Order.MoveToEnd(_state.Department);
            return;
        }
        if (isUnread) _tree?.Order.TakeOut(_state.Department);
        if (failure.Reason == FailureReason.NotFoundOrNotVisible) _services.Lister.Drop(_call, _state.Root);
        _state.Skip(failure);
    }

    // (5) Whoever has changed since the page was asked for must not be sent as they were (design §6).
    private async Task<PageRead<DirectoryMember>> RenewAsync(PageRead<DirectoryMember> page)
    {
        for (int i = 0; i < MaxRenewals && page.Outcome.Value is { } read && read.Items.Any(m => _services.Validity.HasEnded(_request.Scope, m.Person, page.AskedAt)); i++)
        {
            var (outcome, askedAt) = await _services.Reader.ReadPageAsync(_call, _state.Department, page.PageToken, isAwaited: true);
            page = page with { Outcome = outcome, AskedAt = askedAt };
        }
        return page;
    }
}
