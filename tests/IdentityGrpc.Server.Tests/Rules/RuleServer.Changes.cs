using System.Text.Json;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>Changes of the directory, in the words of the sandbox's control API.</summary>
public partial class RuleServer
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A new member of the main tenant, unless another is named.</summary>
    public Task<TrueUser> HireAsync(object user) => SendAsync<TrueUser>(HttpMethod.Post, "users", user);

    /// <summary>Changes a person; what is not named stays.</summary>
    public Task<TrueUser> ChangeAsync(TrueUser user, object changes) => SendAsync<TrueUser>(HttpMethod.Patch, PathOf(user), changes);

    /// <summary>Lets a person leave.</summary>
    public Task<TrueUser> ResignAsync(TrueUser user) => ChangeAsync(user, new { status = "resigned" });

    /// <summary>Takes a person out of the directory, without a trace.</summary>
    public Task RemoveAsync(TrueUser user) => Truth.SendAsync(HttpMethod.Delete, PathOf(user), cancellationToken: Stop);

    public Task<TrueDepartment> FoundDepartmentAsync(object department) => SendAsync<TrueDepartment>(HttpMethod.Post, "departments", department);

    public Task DeleteDepartmentAsync(TrueDepartment department) => Truth.SendAsync(HttpMethod.Delete, $"departments/{department.OpenDepartmentId}", cancellationToken: Stop);

    /// <summary>Publishes an app with other scopes or another contact scope; disposing brings the former ones back.</summary>
    public async Task<IAsyncDisposable> PublishAsync(string app, object changes)
    {
        var before = await Truth.AppAsync(app, Stop);
        await Truth.SendAsync(HttpMethod.Put, $"apps/{app}", changes, Stop);
        return new Undo(() => Truth.SendAsync(HttpMethod.Put, $"apps/{app}", new
        {
            scopes = before.Scopes,
            contact_scope = new { all = before.ContactScope.All, department_ids = before.ContactScope.DepartmentIds, user_ids = before.ContactScope.UserIds },
        }, CancellationToken.None));
    }

    /// <summary>Publishes an app without one of its scopes; disposing brings it back.</summary>
    public async Task<IAsyncDisposable> PublishWithoutAsync(string app, string scope) =>
        await PublishAsync(app, new { scopes = (await Truth.AppAsync(app, Stop)).Scopes.Except([scope]) });

    private static string PathOf(TrueUser user) => $"users/{user.TenantKey}/{Uri.EscapeDataString(user.UserId)}";

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object body) => (await Truth.SendAsync(method, path, body, Stop)).Deserialize<T>(s_json)!;

    private sealed class Undo(Func<Task> undo) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(undo());
    }
}
