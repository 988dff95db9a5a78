using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Members;

/// <summary>
/// Walks over the members of a department, and of those below it.
/// <list type="number">
/// <item>The department asked for is read; where it cannot be, the walk has no answer.</item>
/// <item>With <c>recursive</c> all departments below are listed and put in a <see cref="DepartmentOrder"/>.</item>
/// <item>Departments are read in that order, page by page, with one page in memory.</item>
/// <item>With <c>distinct</c> a person is passed over where one of their departments comes earlier in the walk, so
/// nothing is remembered of the people sent; only of those whose departments are withheld.</item>
/// <item>A department that fails on the way is noted in the position and passed over.</item>
/// </list>
/// </summary>
public sealed class MemberWalk(DepartmentReader departments, IIdentityCache cache)
{
    /// <summary>Begins a walk (steps 1 and 2).</summary>
    public async Task<Outcome<DepartmentOrder>> PlanAsync(WalkRequest request, CallContext call)
    {
        var first = await departments.GetAsync(request.Scope, request.Department, call);
        if (first.Failure is { } unknown) return unknown;
        if (!request.Recursive) return new DepartmentOrder(first.Value!.OpenDepartmentId, []);
        var below = await departments.ListBelowAsync(request.Scope, first.Value!.OpenDepartmentId, call);
        return below.Failure is { } failure ? failure : new DepartmentOrder(first.Value.OpenDepartmentId, below.Value!);
    }

    /// <summary>Walks from a position to the end (steps 3 to 5). The last batch says so, and may be empty.</summary>
    public async IAsyncEnumerable<MemberBatch> WalkAsync(WalkRequest request, DepartmentOrder order, WalkPosition from, CallContext call)
    {
        var position = from;
        var sentWithoutDepartments = new HashSet<string>();
        var batch = new List<DirectoryMember>(request.BatchSize);
        foreach (string department in Stops(request, order, from))
        {
            if (position.Department != department) position = position with { Department = department, PageToken = null, Offset = 0 };
            var pages = department == WalkPosition.Independent
                ? departments.ReadIndependentAsync(request.Scope, position.PageToken, call)
                : departments.ReadMembersAsync(request.Scope, department, position.PageToken, call);
            Failure? failure = null;
            await foreach (var page in pages)
            {
                failure = page.Outcome.Failure;
                if (page.Outcome.Value is not { } read) break;
                int passed = page.PageToken == position.PageToken ? position.Offset : 0;
                position = position with { PageToken = page.PageToken, Offset = passed };
                foreach (var member in read.Items.Skip(passed))
                {
                    cache.StoreUnderAllIds(request.Scope, member.Person, includeResigned: false, page.AskedAt);
                    position = position with { Offset = position.Offset + 1 };
                    if (request.Distinct && IsRepeated(member, department)) continue;
                    position = position with { Sent = position.Sent + 1 };
                    batch.Add(member);
                    if (batch.Count < request.BatchSize) continue;
                    yield return new([.. batch], position, order.Count, IsLast: false);
                    batch.Clear();
                }
            }
            if (failure is not null) position = position with { Skipped = [.. position.Skipped, new(department, failure)] };
            else if (department != WalkPosition.Independent) position = position with { DepartmentsDone = position.DepartmentsDone + 1 };
        }
        yield return new(batch, position with { Department = WalkPosition.End, PageToken = null, Offset = 0 }, order.Count, IsLast: true);

        bool IsRepeated(DirectoryMember member, string department) => member.DepartmentIds is { } own
            ? order.IsMemberEarlier(own, department)
            : !sentWithoutDepartments.Add(member.Person.OpenId);
    }

    private static IEnumerable<string> Stops(WalkRequest request, DepartmentOrder order, WalkPosition from)
    {
        if (from.Department == WalkPosition.End) return [];
        var stops = from.Department == WalkPosition.Independent ? [] : order.From(from.Department);
        return request.IncludeIndependent ? stops.Append(WalkPosition.Independent) : stops;
    }
}
