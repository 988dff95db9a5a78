using System.Text.Json;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>One call of the control API: what was sent, and where the answer is written.</summary>
internal sealed class ControlCall(Platform platform, HttpContext http, JsonElement body, Utf8JsonWriter? writer, List<string> mistakes)
{
    public Platform Platform => platform;

    /// <summary>Where the answer goes; not there yet while a call prepares.</summary>
    public Utf8JsonWriter Writer => writer ?? throw new InvalidOperationException("A call that prepares does not answer yet.");

    public IQueryCollection Query => http.Request.Query;

    public CancellationToken Cancellation => http.RequestAborted;

    /// <summary>What was wrong with the call; with any of these it is answered 400 and changes nothing.</summary>
    public List<string> Mistakes => mistakes;

    public string PathValue(string name) => (string?)http.Request.RouteValues[name] ?? "";

    public bool Has(string name) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out _);

    public JsonElement? Member(string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Refuses members that nobody reads: a misspelt one must not pass for done.</summary>
    public void Knows(params ReadOnlySpan<string> names)
    {
        if (body.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            mistakes.Add("The body is not a JSON object.");
            return;
        }

        foreach (var member in body.ValueKind == JsonValueKind.Object ? body.EnumerateObject() : default)
        {
            if (!names.Contains(member.Name))
            {
                mistakes.Add($"{member.Name}: there is no such member; there are {string.Join(", ", names.ToArray())}.");
            }
        }
    }

    public string? Text(string name, string? otherwise = null)
    {
        if (!Has(name))
        {
            return otherwise;
        }

        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            mistakes.Add($"{name}: it is not a text.");
            return otherwise;
        }

        return value.GetString();
    }

    public bool Flag(string name, bool otherwise)
    {
        var value = Member(name);
        if (value is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
        {
            mistakes.Add($"{name}: it is neither true nor false.");
            return otherwise;
        }

        return value?.GetBoolean() ?? otherwise;
    }

    public int? Number(string name, int least, int most)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        mistakes.Add($"{name}: it is not a whole number from {least} to {most}.");
        return null;
    }

    public string[]? Texts(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(item => item.GetString()!)];
        }

        mistakes.Add($"{name}: it is not a list of texts.");
        return null;
    }

    /// <summary>The calls' members of an object inside the body.</summary>
    public ControlCall Inner(JsonElement value) => new(platform, http, value, writer, mistakes);

    /// <summary>The tenant of that key; the main one when no key is given.</summary>
    public Tenant? FindTenant(string? key)
    {
        var tenant = string.IsNullOrEmpty(key) ? platform.Company.Tenants[0] : platform.Company.FindTenant(key);
        if (tenant is null)
        {
            mistakes.Add($"tenant_key: there is no tenant '{key}'; there are {string.Join(", ", platform.Company.Tenants.Select(known => known.Key))}.");
        }

        return tenant;
    }

    /// <summary>A department of the tenant by its <c>od-</c> or custom id, or <c>0</c>.</summary>
    public Department? FindDepartment(Tenant tenant, string id, string member)
    {
        var department = platform.Company.Ids.TryRead(id, IdKind.Department, out var parts) && parts.Tenant == tenant.Index
            ? tenant.FindDepartment(parts.Index)
            : tenant.FindDepartmentByCustomId(id);
        if (department is null)
        {
            mistakes.Add($"{member}: tenant {tenant.Key} has no department '{id}'.");
        }

        return department;
    }

    public Apps.App? FindApp(string? name)
    {
        var app = platform.FindApp(name ?? "");
        if (app is null)
        {
            mistakes.Add($"app: there is no app '{name}'; there are {string.Join(", ", platform.Apps.Select(known => known.Name))}.");
        }

        return app;
    }
}
