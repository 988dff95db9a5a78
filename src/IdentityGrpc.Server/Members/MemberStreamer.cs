using Grpc.Core;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Server.Errors;
using IdentityGrpc.Server.Services;

namespace IdentityGrpc.Server.Members;

/// <summary>Serves <c>StreamDepartmentMembers</c>: reads the request, walks, writes messages.</summary>
internal sealed class MemberStreamer(AppCatalog apps, MemberWalk walk, CursorCodec cursors, TimeProvider time, ISharedClock clock)
{
    private const int DefaultBatchSize = 200, MaxBatchSize = 1_000, MaxDepartmentIdLength = 128;

    public async Task StreamAsync(V1.StreamDepartmentMembersRequest request, IServerStreamWriter<V1.StreamDepartmentMembersResponse> stream, ServerCallContext context)
    {
        var reader = new RequestReader(apps);
        var ids = reader.IdTypes(request.IdTypes);
        var plan = Read(request, reader, reader.Scope(request.App, request.TenantKey));
        var call = Calls.Read(context, reader, time);
        reader.ThrowIfWrong();
        var from = request.Cursor.Length > 0 ? Resume(plan.Scope, request) : new(WalkPosition.Start, ProfileFields.None);
        var view = new MemberView(ids, request.IncludeProfile, from.Shown);

        bool hasBegun = from.Position != WalkPosition.Start;
        await foreach (var batch in walk.WalkAsync(plan, from.Position, view, call))
        {
            if (batch.Broken is { } failure) throw RpcErrors.From(failure, !hasBegun && IsOfTheDepartment(failure) ? "department_id" : null);
            hasBegun = true;
            await stream.WriteAsync(Message(batch), context.CancellationToken);
        }

        V1.StreamDepartmentMembersResponse Message(MemberBatch<V1.Member> batch)
        {
            var message = new V1.StreamDepartmentMembersResponse
            {
                Members = { batch.Members },
                Cursor = cursors.Write(plan.Scope, request, batch.After, view.Shown),
                Progress = new()
                {
                    DepartmentsKnown = (uint)batch.After.DepartmentsKnown,
                    DepartmentsDone = (uint)batch.After.DepartmentsDone,
                    MembersSent = (ulong)batch.After.Sent,
                    MembersEstimated = (ulong)(batch.After.Estimate ?? 0),
                },
            };
            if (batch.IsLast) message.Summary = Summary(batch.After, batch.ListedAt);
            return message;
        }
    }

    private Resumption Resume(AppTenant scope, V1.StreamDepartmentMembersRequest request)
    {
        var resumption = cursors.Read(scope, request, out var problem);
        return resumption ?? throw (problem switch
        {
            CursorProblem.TooOld => RpcErrors.OutOfRange("CURSOR_EXPIRED", new("cursor", "is older than this service keeps cursors; begin anew without it.")),
            CursorProblem.OfAnotherRequest => RpcErrors.InvalidArgument([new("cursor", "was made for another request; only batch_size may differ.")]),
            _ => RpcErrors.InvalidArgument([new("cursor", "is not a cursor of this service, or has been changed.")]),
        });
    }

    // With a scope missing, no other department would do either.
    private static bool IsOfTheDepartment(Failure failure) =>
        failure is { Reason: FailureReason.NotFoundOrNotVisible or FailureReason.NoPermission or FailureReason.InvalidInput, MissingScopes.Count: 0 };

    private static WalkRequest Read(V1.StreamDepartmentMembersRequest request, RequestReader reader, AppTenant scope)
    {
        string id = request.DepartmentId.Trim();
        if (id.Length == 0) reader.Violation("department_id", "is required: an id of a department, or 0 for the root.");
        if (id.Length > MaxDepartmentIdLength) reader.Violation("department_id", $"is longer than {MaxDepartmentIdLength} characters.");
        if (request.BatchSize > MaxBatchSize) reader.Violation("batch_size", $"is {request.BatchSize:N0}; 1 to {MaxBatchSize:N0} are allowed, and unset means {DefaultBatchSize}.");
        if (request.IncludeIndependentMembers && id != "0") reader.Violation("include_independent_members", "goes with department_id 0 only.");
        var type = request.DepartmentIdType switch
        {
            V1.DepartmentIdType.OpenDepartmentId => DepartmentIdType.OpenDepartmentId,
            V1.DepartmentIdType.DepartmentId => DepartmentIdType.DepartmentId,
            V1.DepartmentIdType.Unspecified => DepartmentId.TypeByPrefix(id),
            _ => Unknown(),
        };
        return new(scope, new(type, id), request.Recursive, request.Distinct, request.IncludeIndependentMembers,
            request.BatchSize == 0 ? DefaultBatchSize : (int)Math.Min(request.BatchSize, MaxBatchSize))
        {
            IncludeProfile = request.IncludeProfile,
        };

        DepartmentIdType Unknown()
        {
            reader.Violation("department_id_type", $"{(int)request.DepartmentIdType} is no DepartmentIdType.");
            return default;
        }
    }

    private V1.MembersSummary Summary(WalkPosition end, DateTimeOffset? listedAt) => new()
    {
        Complete = end.Skipped.Count + end.SkippedUnlisted == 0,
        Skipped = { end.Skipped.Select(Skipped) },
        Departments = (uint)end.DepartmentsDone,
        Members = (ulong)end.Sent,
        SkippedUnlisted = (uint)end.SkippedUnlisted,
        MayRepeat = end.MayRepeat,
        DepartmentsAgeSeconds = listedAt is { } at && clock.Now > at ? (uint)(clock.Now - at).TotalSeconds : 0,
    };

    private static V1.Skipped Skipped(SkippedPart part) => new()
    {
        Kind = (V1.SkippedKind)(int)part.Kind,
        DepartmentId = part.Kind is SkippedKind.Department or SkippedKind.DepartmentsBelow ? part.Id : "",
        UserGroupId = part.Kind == SkippedKind.UserGroup ? part.Id : "",
        Reason = (V1.UnresolvedReason)(int)part.Failure.Reason,
        Message = part.Failure.Message,
    };
}
