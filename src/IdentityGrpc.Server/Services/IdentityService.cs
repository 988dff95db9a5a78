using Grpc.Core;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Server.Changes;
using IdentityGrpc.Server.Members;

namespace IdentityGrpc.Server.Services;

/// <summary>The public service: reads requests, asks the domain, writes answers.</summary>
internal sealed class IdentityService(AppCatalog apps, ContactResolver resolver, IdConverter converter, MemberStreamer members, ChangeWatcher changes, TimeProvider time, ISharedClock clock, LargeRequests large)
    : V1.IdentityService.IdentityServiceBase
{
    /// <summary>Keys in a unary call (design §3).</summary>
    public const int MaxKeys = 10_000;

    public override async Task<V1.ResolveByContactResponse> ResolveByContact(V1.ResolveByContactRequest request, ServerCallContext context)
    {
        var reader = new RequestReader(apps);
        var scope = reader.Scope(request.App, request.TenantKey);
        reader.Keys("contacts", request.Contacts.Count, MaxKeys);
        var wanted = new Wanted(reader.IdTypes(request.IdTypes), request.IncludeStatus, request.IncludeResigned, reader.Freshness(request.Freshness));
        var call = Calls.Read(context, reader, time);
        reader.ThrowIfWrong();

        return await large.RunAsync(request.Contacts.Count, async () =>
        {
            var answers = await resolver.ResolveAsync(scope, KeyReader.TakeAll(request.Contacts, KeyReader.Contact), wanted, call);
            context.CancellationToken.ThrowIfCancellationRequested();
            Answers.ThrowIfNoneAnswered(answers);
            var (now, response) = (clock.Now, new V1.ResolveByContactResponse { Resolutions = { Capacity = answers.Length } });
            foreach (var answer in answers) response.Resolutions.Add(Resolution(answer, wanted, now));
            return response;
        });
    }

    public override async Task<V1.ConvertIdResponse> ConvertId(V1.ConvertIdRequest request, ServerCallContext context)
    {
        var reader = new RequestReader(apps);
        var source = reader.Scope(request.App, request.TenantKey);
        var target = reader.Target(request.TargetApp, source);
        reader.Keys("ids", request.Ids.Count, MaxKeys);
        var type = reader.IdType("source_id_type", request.SourceIdType);
        var wanted = new Wanted(reader.IdTypes(request.IdTypes), request.IncludeStatus, request.IncludeResigned, reader.Freshness(request.Freshness));
        var call = Calls.Read(context, reader, time);
        reader.ThrowIfWrong();

        return await large.RunAsync(request.Ids.Count, async () =>
        {
            var answers = await converter.ConvertAsync(source, target, KeyReader.TakeAll(request.Ids, id => KeyReader.Id(source, type, id)), wanted, call);
            context.CancellationToken.ThrowIfCancellationRequested();
            Answers.ThrowIfNoneAnswered(answers);
            var (now, response) = (clock.Now, new V1.ConvertIdResponse { Conversions = { Capacity = answers.Length } });
            foreach (var answer in answers) response.Conversions.Add(Conversion(answer, wanted, now));
            return response;
        });
    }

    public override Task StreamDepartmentMembers(V1.StreamDepartmentMembersRequest request,
        IServerStreamWriter<V1.StreamDepartmentMembersResponse> responseStream, ServerCallContext context) =>
        members.StreamAsync(request, responseStream, context);

    public override Task WatchIdentityChanges(V1.WatchIdentityChangesRequest request,
        IServerStreamWriter<V1.WatchIdentityChangesResponse> responseStream, ServerCallContext context) =>
        changes.WatchAsync(request, responseStream, context);

    private static V1.Resolution Resolution(Resolved answer, Wanted wanted, DateTimeOffset now)
    {
        var resolution = new V1.Resolution { Provenance = Answers.Provenance(answer, now) };
        if (answer.Outcome.Value is { } person) resolution.Identity = Answers.Identity(person, wanted.Ids, wanted.Status);
        else resolution.Unresolved = Answers.Unresolved(answer.Outcome.Failure!);
        return resolution;
    }

    private static V1.Conversion Conversion(Resolved answer, Wanted wanted, DateTimeOffset now)
    {
        var conversion = new V1.Conversion { Provenance = Answers.Provenance(answer, now) };
        if (answer.Outcome.Value is { } person) conversion.Identity = Answers.Identity(person, wanted.Ids, wanted.Status);
        else conversion.Unresolved = Answers.Unresolved(answer.Outcome.Failure!);
        return conversion;
    }
}
