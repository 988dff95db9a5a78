using IdentityGrpc.Testing;

namespace IdentityGrpc.Load.Members;

/// <summary>Who is in the company, by the sandbox's own word.</summary>
internal sealed record CompanyTruth(HashSet<string> OpenIds, int InSeveralDepartments, int Departments, int Levels, string SomeDepartment)
{
    private const int PageSize = 10_000;

    public static async Task<CompanyTruth> ReadAsync(Uri sandbox, CancellationToken cancellation)
    {
        using var truth = new SandboxTruth(sandbox);
        string tenant = (await truth.AppAsync("default", cancellation)).TenantKeys.Single();
        var openIds = new HashSet<string>(StringComparer.Ordinal);
        int several = 0;
        for (int offset = 0, read = PageSize; read == PageSize; offset += PageSize)
        {
            var page = await truth.SendAsync(HttpMethod.Get, $"users?limit={PageSize}&offset={offset}&tenant_key={tenant}", cancellationToken: cancellation);
            read = 0;
            foreach (var user in page.GetProperty("users").EnumerateArray())
            {
                read++;
                if (user.GetProperty("status").GetString() == "resigned") continue;
                openIds.Add(user.GetProperty("open_ids").GetProperty("default").GetString()!);
                if (user.GetProperty("department_ids").GetArrayLength() > 1) several++;
            }
        }
        var departments = await truth.DepartmentsAsync(tenant, cancellation);
        var parents = departments.ToDictionary(d => d.OpenDepartmentId, d => d.ParentOpenDepartmentId);
        return new(openIds, several, departments.Count, departments.Max(d => Level(d.OpenDepartmentId)), departments[0].OpenDepartmentId);

        int Level(string id) => parents.TryGetValue(id, out string? parent) ? 1 + Level(parent) : 0;
    }
}
