using System.Net.Http.Json;

namespace IdentityGrpc.Load;

/// <summary>The contacts and open_ids of the sandbox's people, page by page, for millions of them.</summary>
internal sealed class People(Uri sandbox) : IDisposable
{
    private const int PageSize = 10_000;
    private readonly HttpClient _http = new() { BaseAddress = sandbox };

    /// <summary>People of the default app's tenant who have not resigned and have an e-mail.</summary>
    public async Task<List<KnownPerson>> ReadAsync(int count, CancellationToken cancellationToken)
    {
        string tenant = (await GetAsync<Apps>("apps", cancellationToken)).apps.Single(a => a.name == "default").tenant_keys[0];
        var people = new List<KnownPerson>(count);
        for (int offset = 0; people.Count < count; offset += PageSize)
        {
            var page = (await GetAsync<Users>($"users?limit={PageSize}&offset={offset}&tenant_key={tenant}", cancellationToken)).users;
            if (page.Count == 0) throw new InvalidOperationException($"The sandbox has {people.Count:N0} such people; {count:N0} are needed.");
            people.AddRange(page.Where(u => u is { email.Length: > 0, status: not "resigned" }).Take(count - people.Count)
                .Select(u => new KnownPerson(u.email!, u.mobile, u.open_ids["default"])));
        }
        return people;
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<T>("/sandbox/v1/" + path, cancellationToken))!;

#pragma warning disable IDE1006, CA1812 // the names of the control API; made by the serializer
    private sealed record Apps(List<AppRow> apps);

    private sealed record AppRow(string name, List<string> tenant_keys);

    private sealed record Users(List<UserRow> users);

    private sealed record UserRow(string? email, string? mobile, string status, Dictionary<string, string> open_ids);
#pragma warning restore IDE1006, CA1812
}

/// <summary>A person whom the service has to find.</summary>
internal sealed record KnownPerson(string Email, string? Mobile, string OpenId);
