namespace IdentityGrpc.Sandbox.Control;

/// <summary>
/// Logs a person in to an app without a browser: a code for the token endpoints, and tokens of both generations at once. The
/// scopes granted are the app's unless others are named.
/// </summary>
internal static class LoginControl
{
    public static bool Create(ControlCall call)
    {
        call.Knows("app", "tenant_key", "user_id", "scopes");
        var app = call.FindApp(call.Text("app") ?? "default");
        var key = call.Text("tenant_key");
        var installation = string.IsNullOrEmpty(key) ? app?.Installations[0] : app?.Installations.FirstOrDefault(known => known.TenantKey == key);
        var user = installation?.Tenant!.FindByUserId(call.Text("user_id") ?? "");
        if (app is not null && installation is null)
        {
            call.Mistakes.Add($"tenant_key: app {app.Name} is not in tenant '{key}'.");
        }
        else if (app is not null && user is null)
        {
            call.Mistakes.Add($"user_id: tenant {installation!.TenantKey} has no user '{call.Text("user_id")}'.");
        }

        var scopes = call.Texts("scopes");
        if (call.Mistakes.Count > 0)
        {
            return true;
        }

        var login = new Login.Login(installation!, user!.Value.Index, scopes ?? app!.Grants.Scopes);
        var older = call.Platform.Logins.Issue(login, older: true);
        var newer = call.Platform.Logins.Issue(login, older: false);
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteString("code"u8, call.Platform.Logins.IssueCode(login));
        writer.WriteString("user_access_token"u8, newer.AccessToken);
        writer.WriteString("oidc_user_access_token"u8, older.AccessToken);
        writer.WriteNumber("expires_in"u8, newer.ExpiresIn);
        writer.WriteString("refresh_token"u8, newer.RefreshToken);
        writer.WriteEndObject();
        return true;
    }
}
