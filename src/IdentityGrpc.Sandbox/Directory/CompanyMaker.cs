using System.Globalization;

namespace IdentityGrpc.Sandbox.Directory;

/// <summary>Makes three tenants from a seed: the main one with nine people in ten, and two small ones.</summary>
internal static class CompanyMaker
{
    private const int TwinStride = 5;
    private static readonly string[] Fields = ["研发部", "Sales", "人力资源", "Finance", "Support", "法务", "Design", "営業部", "Логистика", "Security"];

    public static Company Make(ulong seed, int users, int departments)
    {
        var company = new Company(seed);
        var second = users / 12;
        var third = users / 40;
        var main = users - second - third;
        // Every other person of the second tenant is someone of the main tenant too (R1, R6).
        var twins = Math.Min(second / 2, main / TwinStride);
        Add(company, "Sandbox 公司", "sandbox.example", main, 0, 0, departments);
        Add(company, "Second Company", "second.example", second, twins, main, Math.Max(2, departments / 10));
        Add(company, "Third Company", "third.example", third, 0, main + second - twins, 2);
        return company;
    }

    private static void Add(Company company, string name, string domain, int people, int twins, int firstNumber, int departments)
    {
        var index = company.Tenants.Count;
        var tenant = new Tenant(company, index, "1" + Hex.Of(Hash.Mix(company.Seed ^ 0x7E4A, (ulong)index), 15), name, domain, people, twins, firstNumber)
        {
            MadeDepartmentCount = departments,
        };
        company.Add(tenant);
        AddDepartments(company, tenant, departments);
        AddMembers(tenant);
        tenant.Groups.Add(new UserGroup(tenant, "g" + Hex.Of(tenant.Seed), "Pilots", new HashSet<int> { 1, 2 }));
    }

    /// <summary>A forest of three children each under a few departments of the first level: 20 give three levels, 2,000 six.</summary>
    private static void AddDepartments(Company company, Tenant tenant, int count)
    {
        tenant.Add(new Department(Department.Root, "0") { CustomId = "0", Name = tenant.Name });
        var firstLevel = count < 8 ? 1 : count < 100 ? 4 : 8;
        for (var i = 1; i <= count; i++)
        {
            var draw = Hash.Mix(tenant.Seed ^ 0xD0, (ulong)i);
            var parent = tenant.Departments[i <= firstLevel ? Department.Root : 1 + ((i - firstLevel - 1) / 3)];
            var department = new Department(i, company.Ids.Write(new(IdKind.Department, 0, tenant.Index, i)))
            {
                // Every third id was chosen by an administrator, the others were drawn by the platform.
                CustomId = i % 3 == 0 ? string.Create(CultureInfo.InvariantCulture, $"D-{i:D4}") : Hex.Of(draw),
                Name = string.Create(CultureInfo.InvariantCulture, $"{Fields[draw % (ulong)Fields.Length]} {i}"),
                Parent = parent,
            };
            parent.Children.Add(department);
            tenant.Add(department);
        }
    }

    private static void AddMembers(Tenant tenant)
    {
        var counts = new int[tenant.Departments.Count];
        ForEachMembership(tenant, static (counts, _, department, _) => counts[department]++, counts, null!);
        var members = Array.ConvertAll(counts, static count => new int[count]);
        Array.Clear(counts);
        ForEachMembership(tenant, static (counts, members, department, person) => members[department][counts[department]++] = person, counts, members);
        for (var i = 0; i < members.Length; i++)
        {
            var department = tenant.Departments[i];
            department.Members = members[i];
            department.Leader = i > 0 && members[i].Length > 0 ? members[i][0] : null;
        }
    }

    private static void ForEachMembership(Tenant tenant, Action<int[], int[][], int, int> each, int[] counts, int[][] members)
    {
        for (var person = 0; person < tenant.MadeCount; person++)
        {
            if (Person.MadeStatus(person) == UserStatus.Resigned)
            {
                continue;
            }

            foreach (var department in tenant.MadeDepartments(person))
            {
                each(counts, members, department, person);
            }
        }
    }
}
