using Grpc.Core;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos.Faults;

/// <summary>
/// <c>StreamDepartmentMembers</c> of the root, recursive and distinct; with wrong keys, 50 walks at once of one department
/// each, some of which do not exist.
/// </summary>
internal sealed class MembersProbe : IProbe
{
    public string Name => "members";

    public string Api => "GET /open-apis/contact/v3/users/find_by_department";

    public int Turns => 2;

    public Task<Received> AskAsync(RunningServer server, People people, WrongKeys wrong, CancellationToken cancellation) =>
        wrong.Count == 0 ? WalkRootAsync(server, people, cancellation) : WalkFiftyAsync(server, people, wrong.Count, cancellation);

    /// <summary>Walks one department, without those below it.</summary>
    public static async Task<Received> WalkOneAsync(RunningServer server, People people, string department, CancellationToken cancellation)
    {
        var walk = await WalkAsync(server, new() { App = Bed.App, DepartmentId = department, Distinct = true }, cancellation);
        return MembersCheck.Judge(walk, people, [.. people.MembersOf(department)]);
    }

    private static async Task<Received> WalkRootAsync(RunningServer server, People people, CancellationToken cancellation)
    {
        var walk = await WalkAsync(server, new() { App = Bed.App, DepartmentId = "0", Recursive = true, Distinct = true }, cancellation);
        return MembersCheck.Judge(walk, people, people.Staff);
    }

    private static async Task<Received> WalkFiftyAsync(RunningServer server, People people, int wrong, CancellationToken cancellation)
    {
        var departments = people.FiftyDepartments(wrong);
        var walks = await Task.WhenAll(departments.Select(d => WalkOneAsync(server, people, d.Department, cancellation)));
        var broken = new List<string>();
        int right = 0, refused = 0;
        foreach (var (walk, exists) in walks.Zip(departments, (walk, d) => (walk, d.Exists)))
        {
            broken.AddRange(walk.Broken);
            if (exists && walk.IsComplete) right++;
            else if (!exists && walk.Failure is { StatusCode: StatusCode.NotFound } failure && failure.Reason() == Words.Of(UnresolvedReason.NotFoundOrNotVisible)) refused++;
            else broken.Add($"a walk of a department that {(exists ? "is there" : "is not there")} got: {walk}");
        }
        return new()
        {
            Right = $"{right} of {departments.Count} walks right",
            IsComplete = broken.Count == 0,
            Refused = new Dictionary<UnresolvedReason, int> { [UnresolvedReason.NotFoundOrNotVisible] = refused },
            Broken = broken,
        };
    }

    private static async Task<Walk> WalkAsync(RunningServer server, StreamDepartmentMembersRequest request, CancellationToken cancellation)
    {
        var messages = new List<StreamDepartmentMembersResponse>();
        try
        {
            using var call = server.Identity.StreamDepartmentMembers(request, Ask.Options(cancellation));
            await foreach (var message in call.ResponseStream.ReadAllAsync(cancellation)) messages.Add(message);
            return new(messages, null);
        }
        catch (RpcException failure)
        {
            return new(messages, failure);
        }
    }
}

/// <summary>A walk as it was received.</summary>
internal sealed record Walk(IReadOnlyList<StreamDepartmentMembersResponse> Messages, RpcException? Failure);

/// <summary>Holds a walk against the truth: nobody twice, nobody wrong, and nobody missing but those of departments named as skipped (design §7).</summary>
internal static class MembersCheck
{
    public static Received Judge(Walk walk, People people, IReadOnlyList<TrueUser> expected)
    {
        var broken = new List<string>();
        var seen = new HashSet<string>();
        foreach (var identity in walk.Messages.SelectMany(m => m.Members).Select(m => m.Identity))
        {
            if (!seen.Add(identity.OpenId)) broken.Add("a member came twice");
            if (people.Find(identity.OpenId) is not { } user || !identity.Equals(people.IdentityOf(user)) || !expected.Contains(user)) broken.Add("a member is wrong");
        }
        var summary = walk.Messages is [.., var last] ? last.Summary : null;
        if (walk.Failure is null && summary is null) broken.Add("the walk ended without a summary");
        var skipped = summary?.Skipped ?? [];
        var excused = skipped.SelectMany(s => people.MembersOf(s.DepartmentId)).ToHashSet();
        var lost = expected.Where(u => !seen.Contains(u.OpenIds[Bed.App])).ToList();
        if (walk.Failure is null && lost.Any(u => !excused.Contains(u))) broken.Add($"{lost.Count(u => !excused.Contains(u))} members are missing without a word");
        if (summary?.Complete == true && skipped.Count > 0) broken.Add("the walk says that it is complete, and that it skipped something");
        return new()
        {
            Right = walk.Failure is not null && seen.Count == 0 ? "" : $"{seen.Count} of {expected.Count} members",
            IsComplete = broken.Count == 0 && walk.Failure is null && lost.Count == 0 && summary!.Complete,
            Missing = skipped.CountBy(s => s.Reason).ToDictionary(),
            Failure = walk.Failure,
            Broken = broken,
        };
    }
}
