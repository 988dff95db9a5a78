using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Control;

/// <summary>Changes an app: scopes, contact scope, limits, secret, enabled. All of it takes effect at once (U32).</summary>
internal static class AppChanges
{
    public static bool Put(ControlCall call)
    {
        call.Knows("scopes", "contact_scope", "limits", "app_secret", "enabled");
        if (call.FindApp(call.PathValue("name")) is not { } app)
        {
            return false;
        }

        var scopes = call.Texts("scopes");
        var contactScope = call.Member("contact_scope") is { } scope ? ReadContactScope(call.Inner(scope), app) : null;
        var limits = app.Limits;
        if (call.Member("limits") is { } wanted)
        {
            var inner = call.Inner(wanted);
            inner.Knows("per_second", "per_minute");
            limits = new(inner.Number("per_second", 1, int.MaxValue) ?? limits.PerSecond, inner.Number("per_minute", 1, int.MaxValue) ?? limits.PerMinute);
        }

        var secret = call.Text("app_secret") ?? app.Secret;
        var enabled = call.Flag("enabled", app.Enabled);
        if (call.Mistakes.Count > 0)
        {
            return true;
        }

        (app.Limits, app.Secret, app.Enabled) = (limits, secret, enabled);
        if (scopes is not null)
        {
            app.Grants = new Grants(scopes);
        }

        if (contactScope is not null)
        {
            call.Platform.ChangeContactScope(app, contactScope);
        }

        AppTruth.Write(call.Writer, call.Platform, app);
        return true;
    }

    private static ContactScope ReadContactScope(ControlCall call, App app)
    {
        call.Knows("all", "department_ids", "user_ids", "group_ids");
        if (call.Flag("all", false))
        {
            return ContactScope.Everyone;
        }

        return new ContactScope
        {
            Departments = [.. (call.Texts("department_ids") ?? []).Select(id => FindDepartment(call, app, id)).OfType<Department>()],
            Users = [.. (call.Texts("user_ids") ?? []).Select(id => FindUser(call, app, id)).OfType<Person>()],
            Groups = [.. (call.Texts("group_ids") ?? []).Select(id => FindGroup(call, app, id)).OfType<UserGroup>()],
        };
    }

    private static Department? FindDepartment(ControlCall call, App app, string id)
    {
        var tenant = call.Platform.Company.Ids.TryRead(id, IdKind.Department, out var parts)
            ? app.Installations.FirstOrDefault(installation => installation.Tenant!.Index == parts.Tenant)?.Tenant
            : null;
        return call.FindDepartment(tenant ?? app.Installations[0].Tenant!, id, "contact_scope.department_ids");
    }

    private static Person? FindUser(ControlCall call, App app, string id)
    {
        foreach (var installation in app.Installations)
        {
            if (call.Platform.Company.Ids.TryRead(id, IdKind.OpenId, out var parts) && parts.Tenant == installation.Tenant!.Index
                && installation.Tenant.Find(parts.Index) is { } byOpenId)
            {
                return byOpenId;
            }

            if (installation.Tenant!.FindByUserId(id) is { } user)
            {
                return user;
            }
        }

        call.Mistakes.Add($"contact_scope.user_ids: no tenant of the app has a user '{id}'.");
        return null;
    }

    private static UserGroup? FindGroup(ControlCall call, App app, string id)
    {
        var group = app.Installations.SelectMany(installation => installation.Tenant!.Groups).FirstOrDefault(group => group.Id == id);
        if (group is null)
        {
            call.Mistakes.Add($"contact_scope.group_ids: no tenant of the app has a group '{id}'.");
        }

        return group;
    }
}
