using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.V1;
using Call = System.Func<IdentityGrpc.V1.IdentityService.IdentityServiceClient, System.Threading.CancellationToken, System.Threading.Tasks.Task>;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary>Wrong requests: the right status, details that name the field, and a server that goes on.</summary>
public class RequestErrorTests(SharedServer server)
{
    private static readonly Metadata s_urgent = new() { { "x-identity-priority", "urgent" } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Name → call, field that must be named, words that must be in its description.</summary>
    private static readonly Dictionary<string, (Call Call, string Field, string Words)> s_wrong = new()
    {
        ["no app"] = (Resolve(r => r.App = ""), "app", "is required"),
        ["no contacts"] = (Resolve(r => r.Contacts.Clear()), "contacts", "1 to 10,000"),
        ["10,001 contacts"] = (Resolve(r => r.Contacts.Add(Enumerable.Repeat(new Contact { Email = "a@b.example" }, 10_000))), "contacts", "10,001 of them; at most 10,000"),
        ["unknown id type"] = (Resolve(r => r.IdTypes.Add((IdType)99)), "id_types[0]", "99 is no IdType"),
        ["unspecified id type"] = (Resolve(r => r.IdTypes.Add([IdType.OpenId, IdType.Unspecified])), "id_types[1]", "ID_TYPE_UNSPECIFIED"),
        ["negative max_age"] = (Resolve(r => r.Freshness = new() { MaxAge = new Duration { Seconds = -1 } }), "freshness.max_age", "zero or more"),
        ["negative nanos"] = (Resolve(r => r.Freshness = new() { MaxAge = new Duration { Nanos = -1 } }), "freshness.max_age", "zero or more"),
        ["cached only and max_age zero"] = (Resolve(r => r.Freshness = new() { MaxAge = new Duration(), CachedOnly = true }), "freshness", "cached_only"),
        ["unknown tenant"] = (Resolve(r => r.TenantKey = "elsewhere"), "tenant_key", "not installed"),
        ["several tenants"] = (Resolve(r => r.App = "store"), "tenant_key", "several tenants"),
        ["bad priority"] = ((c, stop) => c.ResolveByContactAsync(Good(), s_urgent, cancellationToken: stop).ResponseAsync, "metadata x-identity-priority", "interactive nor bulk"),
        ["no ids"] = (Convert(r => r.Ids.Clear()), "ids", "1 to 10,000"),
        ["10,001 ids"] = (Convert(r => r.Ids.Add(Enumerable.Repeat("x", 10_000))), "ids", "10,001 of them; at most 10,000"),
        ["unknown source type"] = (Convert(r => r.SourceIdType = (IdType)77), "source_id_type", "77 is no IdType"),
        ["no department"] = (Stream(r => r.DepartmentId = " "), "department_id", "is required"),
        ["unknown department id type"] = (Stream(r => r.DepartmentIdType = (DepartmentIdType)9), "department_id_type", "9 is no DepartmentIdType"),
        ["batch of 1,001"] = (Stream(r => r.BatchSize = 1_001), "batch_size", "is 1,001; 1 to 1,000"),
        ["independent members of a department"] = (Stream(r => (r.DepartmentId, r.IncludeIndependentMembers) = ("od-1", true)), "include_independent_members", "department_id 0"),
        ["forged cursor"] = (Stream(r => r.Cursor = "Zm9yZ2Vk"), "cursor", "is not a cursor"),
        ["cursor that is no base64"] = (Stream(r => r.Cursor = "§§§"), "cursor", "is not a cursor"),
    };

    public static TheoryData<string> Wrong => [.. s_wrong.Keys];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Call_WithAWrongField_IsInvalidArgumentAndNamesIt(string name)
    {
        var (call, field, words) = s_wrong[name];
        var failure = await RpcFailures.ExpectAsync(StatusCode.InvalidArgument, () => call(server.Identity, Stop));
        Assert.Equal("INVALID_ARGUMENT", failure.Reason());
        Assert.Contains(words, Assert.Contains(field, failure.Violations()));
        await AssertUnharmedAsync();
    }

    [Fact]
    public async Task Call_WithSeveralWrongFields_NamesThemAll()
    {
        var request = new ResolveByContactRequest { App = "default", TenantKey = "elsewhere", IdTypes = { (IdType)99 } };
        var failure = await RpcFailures.ExpectAsync(StatusCode.InvalidArgument, () => server.Identity.ResolveByContactAsync(request, cancellationToken: Stop).ResponseAsync);
        Assert.Equal(["contacts", "id_types[0]", "tenant_key"], failure.Violations().Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("app")]
    [InlineData("target_app")]
    public async Task Call_ForAnUnknownApp_IsNotFoundAndNamesTheField(string field)
    {
        var request = new ConvertIdRequest { App = "default", Ids = { "x" } };
        if (field == "app") request.App = "nobody's";
        else request.TargetApp = "nobody's";
        var failure = await RpcFailures.ExpectAsync(StatusCode.NotFound, () => server.Identity.ConvertIdAsync(request, cancellationToken: Stop).ResponseAsync);
        Assert.Equal("APP_NOT_FOUND", failure.Reason());
        Assert.Equal([field], failure.Violations().Keys);
        await AssertUnharmedAsync();
    }

    [Theory]
    [InlineData("od-00000000000000000000000000000000")]
    [InlineData("no-such-department")]
    public async Task StreamDepartmentMembers_OfAnUnknownDepartment_IsNotFoundAndNamesTheField(string department)
    {
        var failure = await RpcFailures.ExpectAsync(StatusCode.NotFound, () => Stream(r => r.DepartmentId = department)(server.Identity, Stop));
        Assert.Equal("NOT_FOUND_OR_NOT_VISIBLE", failure.Reason());
        Assert.Contains("department_id", failure.Violations());
        await AssertUnharmedAsync();
    }

    // R35: an error and not an empty list.
    [Fact]
    public async Task StreamDepartmentMembers_OutsideTheContactScope_IsPermissionDeniedAndNamesTheField()
    {
        var failure = await RpcFailures.ExpectAsync(StatusCode.PermissionDenied,
            () => Stream(r => (r.App, r.DepartmentId) = ("narrow", server.Departments[0].OpenDepartmentId))(server.Identity, Stop));
        Assert.Equal("NO_PERMISSION", failure.Reason());
        Assert.Contains("department_id", failure.Violations());
        await AssertUnharmedAsync();
    }

    private async Task AssertUnharmedAsync()
    {
        await HealthCalls.AssertServingAsync(server.Running.Channel, Stop);
        var user = server.Staff.First(u => u.Email is not null);
        var answer = await server.Identity.ResolveByContactAsync(new() { App = "default", Contacts = { new Contact { Email = user.Email } } }, cancellationToken: Stop);
        Assert.Equal(user.OpenIds["default"], answer.Resolutions.Single().Identity.OpenId);
    }

    private static ResolveByContactRequest Good() => new() { App = "default", Contacts = { new Contact { Email = "a@b.example" } } };

    private static Call Resolve(Action<ResolveByContactRequest> spoil) => (client, stop) =>
    {
        var request = Good();
        spoil(request);
        return client.ResolveByContactAsync(request, cancellationToken: stop).ResponseAsync;
    };

    private static Call Convert(Action<ConvertIdRequest> spoil) => (client, stop) =>
    {
        var request = new ConvertIdRequest { App = "default", Ids = { "x" } };
        spoil(request);
        return client.ConvertIdAsync(request, cancellationToken: stop).ResponseAsync;
    };

    private static Call Stream(Action<StreamDepartmentMembersRequest> spoil) => async (client, stop) =>
    {
        var request = new StreamDepartmentMembersRequest { App = "default", DepartmentId = "0" };
        spoil(request);
        using var call = client.StreamDepartmentMembers(request, cancellationToken: stop);
        await foreach (var _ in call.ResponseStream.ReadAllAsync(stop))
        {
        }
    };
}
