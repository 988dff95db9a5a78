using System.Text.Json;

namespace IdentityGrpc.Interop.Tests;

/// <summary>Tools that know the service by reflection alone.</summary>
public class ReflectionTests(ServiceFixture service)
{
    private static readonly string[] s_services =
    [
        "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "identity.admin.v1.AdminService",
        "identity.v1.IdentityService",
    ];

    private string Url => service.Server.GrpcUrl.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task BufCurl_ListMethods_NamesThemAll()
    {
        string[] methods = (await Scripts.BufCurlAsync("--list-methods", Url)).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Superset(
            new HashSet<string> { "identity.v1.IdentityService/ResolveByContact", "identity.v1.IdentityService/ConvertId", "identity.v1.IdentityService/StreamDepartmentMembers" },
            methods.ToHashSet());
        Assert.Equal(s_services, methods.Select(m => m.Split('/')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task BufCurl_ResolveByContact_IsAnswered()
    {
        var user = service.Staff.First(u => u.Email is not null);
        var answer = (await CallAsync("ResolveByContact", $$"""{"app": "default", "contacts": [{"email": "{{user.Email}}"}]}""")).Single();
        Assert.Equal(user.OpenIds["default"], answer.GetProperty("resolutions")[0].GetProperty("identity").GetProperty("openId").GetString());
    }

    [Fact]
    public async Task BufCurl_ConvertId_IsAnswered()
    {
        var user = service.Staff[0];
        var answer = (await CallAsync("ConvertId", $$"""{"app": "default", "ids": ["{{user.OpenIds["default"]}}"]}""")).Single();
        Assert.Equal(user.UserId, answer.GetProperty("conversions")[0].GetProperty("identity").GetProperty("userId").GetString());
    }

    [Fact]
    public async Task BufCurl_StreamDepartmentMembers_IsAnsweredMessageByMessage()
    {
        var answers = await CallAsync("StreamDepartmentMembers", """{"app": "default", "departmentId": "0", "recursive": true, "distinct": true, "batchSize": 50}""");
        var members = answers.SelectMany(a => a.TryGetProperty("members", out var list) ? list.EnumerateArray().ToArray() : []);
        Assert.Equal(service.Staff.Select(u => u.OpenIds["default"]).Order(), members.Select(m => m.GetProperty("identity").GetProperty("openId").GetString()).Order());
        Assert.True(answers[^1].GetProperty("summary").GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task BufCurl_WrongRequest_ShowsStatusAndDetails()
    {
        var result = await Scripts.BufCurlAsync("-d", """{"app": "default"}""", $"{Url}/identity.v1.IdentityService/ResolveByContact");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("\"code\": \"invalid_argument\"", result.Errors);
        Assert.Contains("google.rpc.BadRequest", result.Errors);
    }

    [Fact]
    public async Task Reflection_V1Alpha_ListsServicesAndFiles()
    {
        var answer = await Scripts.NodeAsync("reflection-v1alpha.mjs", "--grpc", service.Server.GrpcUrl.Authority);
        Assert.Equal(s_services, answer.GetProperty("services").EnumerateArray().Select(s => s.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(["google/protobuf/duration.proto", "google/protobuf/timestamp.proto", "identity/v1/changes.proto", "identity/v1/identity.proto", "identity/v1/identity_service.proto", "identity/v1/members.proto", "identity/v1/resolve.proto"],
            answer.GetProperty("files").EnumerateArray().Select(f => f.GetString()));
    }

    private async Task<IReadOnlyList<JsonElement>> CallAsync(string method, string request)
    {
        string output = (await Scripts.BufCurlAsync("-d", request, $"{Url}/identity.v1.IdentityService/{method}")).Succeeded();
        // A stream prints one JSON value after another.
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(output), new() { AllowMultipleValues = true });
        var values = new List<JsonElement>();
        while (reader.Read()) values.Add(JsonElement.ParseValue(ref reader));
        return values;
    }
}
