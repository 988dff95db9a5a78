using System.Text.Json;

namespace IdentityGrpc.Sandbox.Tests.Support;

/// <summary>A person as the control API tells.</summary>
internal sealed record TruthUser(JsonElement Json)
{
    public string Tenant => Json.GetProperty("tenant_key").GetString()!;

    public string Name => Json.GetProperty("name").GetString()!;

    public string? Email => Text("email");

    public string? EnterpriseEmail => Text("enterprise_email");

    public string? Mobile => Text("mobile");

    public string UserId => Text("user_id")!;

    public string Status => Text("status")!;

    public bool IsResigned => Status == "resigned";

    public string[] Departments => [.. Json.GetProperty("department_ids").EnumerateArray().Select(id => id.GetString()!)];

    public string OpenId(string app) => Json.GetProperty("open_ids").GetProperty(app).GetString()!;

    public string UnionId(string provider) => Json.GetProperty("union_ids").GetProperty(provider).GetString()!;

    private string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;
}

internal sealed record TruthDepartment(string Tenant, string OpenId, string CustomId, string Name, string Parent);

internal sealed record TruthApp(JsonElement Json)
{
    public string Name => Json.GetProperty("name").GetString()!;

    public string Id => Json.GetProperty("app_id").GetString()!;

    public string Secret => Json.GetProperty("app_secret").GetString()!;

    public string Provider => Json.GetProperty("provider").GetString()!;

    public string[] Tenants => [.. Json.GetProperty("tenant_keys").EnumerateArray().Select(key => key.GetString()!)];

    public string[] Scopes => [.. Json.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!)];
}
