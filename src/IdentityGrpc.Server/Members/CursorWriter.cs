using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Members;

namespace IdentityGrpc.Server.Members;

/// <summary>Positions as messages and back.</summary>
internal static class CursorWriter
{
    public static WalkCursor Cursor(WalkPosition at)
    {
        var cursor = new WalkCursor
        {
            Phase = (int)at.Phase,
            Root = at.Root,
            IsPartial = at.IsPartial,
            At = Place(at.At),
            DepartmentsKnown = at.DepartmentsKnown,
            DepartmentsDone = at.DepartmentsDone,
            Sent = at.Sent,
            MayRepeat = at.MayRepeat,
            SkippedUnlisted = at.SkippedUnlisted,
        };
        if (at.Estimate is { } estimate) cursor.Estimate = estimate;
        var failures = new Dictionary<FailureEntry, int>();
        foreach (var d in at.Deferred) cursor.Deferred.Add(new DeferredEntry { At = Place(d.At), Failure = Index(d.Failure), KeepsItsPlace = d.KeepsItsPlace });
        foreach (var s in at.Skipped) cursor.Skipped.Add(new SkippedEntry { Kind = (int)s.Kind, Id = s.Id, Failure = Index(s.Failure), IsPartlyRead = s.IsPartlyRead });
        return cursor;

        int Index(Failure failure)
        {
            var entry = new FailureEntry { Reason = (int)failure.Reason, Message = failure.Message, Retryable = failure.Retryable };
            if (failures.TryGetValue(entry, out int index)) return index;
            cursor.Failures.Add(entry);
            return failures[entry] = cursor.Failures.Count - 1;
        }
    }

    public static WalkPosition Position(WalkCursor cursor)
    {
        var failures = cursor.Failures.Select(f => new Failure((FailureReason)f.Reason, f.Message) { Retryable = f.Retryable }).ToList();
        return new()
        {
            Phase = (WalkPhase)cursor.Phase,
            Root = cursor.Root,
            IsPartial = cursor.IsPartial,
            At = At(cursor.At),
            DepartmentsKnown = cursor.DepartmentsKnown,
            DepartmentsDone = cursor.DepartmentsDone,
            Sent = cursor.Sent,
            Estimate = cursor.HasEstimate ? cursor.Estimate : null,
            MayRepeat = cursor.MayRepeat,
            Deferred = [.. cursor.Deferred.Select(d => new DeferredDepartment(At(d.At), failures[d.Failure], d.KeepsItsPlace))],
            Skipped = [.. cursor.Skipped.Select(s => new SkippedPart((SkippedKind)s.Kind, s.Id, failures[s.Failure]) { IsPartlyRead = s.IsPartlyRead })],
            SkippedUnlisted = cursor.SkippedUnlisted,
        };
    }

    private static WalkPlace Place(DepartmentPosition at)
    {
        var place = new WalkPlace { Department = at.Department, Offset = at.Offset, Rows = at.Rows, Last = at.Last };
        if (at.PageToken is { } token) place.PageToken = token;
        return place;
    }

    private static DepartmentPosition At(WalkPlace place) =>
        new(place.Department) { PageToken = place.HasPageToken ? place.PageToken : null, Offset = place.Offset, Rows = place.Rows, Last = place.Last };
}
