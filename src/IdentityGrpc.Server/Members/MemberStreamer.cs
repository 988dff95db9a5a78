using Grpc.Core;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Server.Errors;
using IdentityGrpc.Server.Services;

namespace IdentityGrpc.Server.Members;

/// <summary>Serves <c>StreamDepartmentMembers</c>: reads the request, walks, writes messages.</summary>
internal sealed class MemberStreamer(AppCatalog apps, MemberWalk walk, CursorCodec cursors, TimeProvider time)
{
    private const int DefaultBatchSize = 200, MaxBatchSize = 1_000, MaxDepartmentIdLength = 128;

    public async Task StreamAsync(V1.StreamDepartmentMembersRequest request, IServerStreamWriter<V1.StreamDepartmentMembersResponse> stream, ServerCallContext context)
    {
        var reader = new RequestReader(apps);
        var ids = reader.IdTypes(request.IdTypes);
        var plan = Read(request, reader, reader.Scope(request.App, request.TenantKey));
        var call = Calls.Read(context, reader, time);
        reader.ThrowIfWrong();
        var from = WalkPosition.Start;
        if (request.Cursor.Length > 0)
        {
            var resumed = cursors.Read(plan.Scope, request, out string? problem);
            from = resumed ?? throw RpcErrors.InvalidArgument([new("cursor", problem!)]);
        }

        var order = await walk.PlanAsync(plan, call);
        if (order.Failure is { } failure) throw RpcErrors.From(failure, IsOfTheDepartment(failure) ? "department_id" : null);
        await foreach (var batch in walk.WalkAsync(plan, order.Value!, from, call))
        {
            await stream.WriteAsync(Message(batch), context.CancellationToken);
        }

        V1.StreamDepartmentMembersResponse Message(MemberBatch batch)
        {
            var message = new V1.StreamDepartmentMembersResponse
            {
                Members = { batch.Members.Select(m => Member(m, ids, request.IncludeProfile)) },
                Cursor = cursors.Write(plan.Scope, request, batch.After),
                Progress = new()
                {
                    DepartmentsKnown = (uint)batch.DepartmentsKnown,
                    DepartmentsDone = (uint)batch.After.DepartmentsDone,
                    MembersSent = (ulong)batch.After.Sent,
                },
            };
            if (batch.IsLast) message.Summary = Summary(batch.After);
            return message;
        }
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
            request.BatchSize == 0 ? DefaultBatchSize : (int)Math.Min(request.BatchSize, MaxBatchSize));

        DepartmentIdType Unknown()
        {
            reader.Violation("department_id_type", $"{(int)request.DepartmentIdType} is no DepartmentIdType.");
            return default;
        }
    }

    private static V1.Member Member(DirectoryMember member, IdTypes ids, bool profile)
    {
        var message = new V1.Member
        {
            Identity = Answers.Identity(FoundPerson.From(member.Person), ids, status: false),
            DepartmentIds = { member.DepartmentIds ?? [] },
        };
        if (profile) message.Profile = Profile(member.Profile);
        return message;
    }

    private static V1.Profile Profile(DirectoryProfile profile) => new()
    {
        Name = profile.Name ?? "",
        EnName = profile.EnName ?? "",
        Email = profile.Email ?? "",
        Mobile = profile.Mobile ?? "",
        EnterpriseEmail = profile.EnterpriseEmail ?? "",
        EmployeeNo = profile.EmployeeNo ?? "",
        JobTitle = profile.JobTitle ?? "",
        LeaderOpenId = profile.LeaderOpenId ?? "",
    };

    private static V1.MembersSummary Summary(WalkPosition end) => new()
    {
        Complete = end.Skipped.Count == 0,
        Skipped = { end.Skipped.Select(s => new V1.Skipped { DepartmentId = s.Department, Reason = (V1.UnresolvedReason)(int)s.Failure.Reason, Message = s.Failure.Message }) },
        Departments = (uint)end.DepartmentsDone,
        Members = (ulong)end.Sent,
    };
}
