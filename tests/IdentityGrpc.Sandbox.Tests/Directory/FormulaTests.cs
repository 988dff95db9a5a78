using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Tests.Directory;

/// <summary>The formulas that stand in for indexes lead from every id and contact back to its person, and from nothing else.</summary>
public sealed class FormulaTests
{
    [Fact]
    public void Million_People_AreMadeSmallAndFast()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var company = CompanyMaker.Make(7, 1_000_000, 20_000);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(bytes < 64L << 20, $"{bytes} bytes");
        Assert.Equal(1_000_000, company.Tenants.Sum(tenant => tenant.Count));
    }

    [Fact]
    public void EveryContactAndId_LeadsBackToItsPerson()
    {
        using var company = CompanyMaker.Make(3, 60_000, 500);
        foreach (var tenant in company.Tenants)
        {
            for (var index = 0; index < tenant.Count; index++)
            {
                var person = tenant[index];
                Assert.Equal(index, tenant.FindByUserId(person.UserId)?.Index);
                Assert.Equal(index, person.Email is { } email ? tenant.FindByEmail(email)?.Index : index);
                Assert.Equal(index, person.Mobile is { } mobile ? tenant.FindByMobile(mobile)?.Index : index);
                Assert.True(company.Ids.TryRead(company.OpenId(3, person), IdKind.OpenId, out var parts));
                Assert.Equal(new IdParts(IdKind.OpenId, 3, tenant.Index, index), parts);
                Assert.False(company.Ids.TryRead(company.OpenId(3, person), IdKind.UnionId, out _));
            }
        }
    }

    [Fact]
    public void NoContact_IsSharedWithinATenant()
    {
        using var company = CompanyMaker.Make(5, 60_000, 500);
        var people = Enumerable.Range(0, company.Tenants[0].Count).Select(index => company.Tenants[0][index]).ToList();
        Assert.Equal(people.Count, people.Select(person => person.UserId).Distinct().Count());
        Assert.Equal(people.Count(person => person.Mobile is not null), people.Select(person => person.Mobile).OfType<string>().Distinct().Count());
        Assert.Equal(people.Count(person => person.Email is not null), people.Select(person => person.Email).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void AlteredId_IsUnknown()
    {
        using var company = CompanyMaker.Make(3, 1000, 20);
        var id = company.OpenId(0, company.Tenants[0][5]);
        for (var i = 3; i < id.Length; i++)
        {
            var altered = id[..i] + (id[i] == '0' ? '1' : '0') + id[(i + 1)..];
            Assert.False(company.Ids.TryRead(altered, IdKind.OpenId, out _), altered);
        }

        Assert.False(company.Ids.TryRead(id.ToUpperInvariant(), IdKind.OpenId, out _));
    }

    [Theory]
    [InlineData(20, 3)]
    [InlineData(2000, 6)]
    public void Departments_AreAsDeepAsTheDesignAsks(int count, int levels)
    {
        using var company = CompanyMaker.Make(1, 1000, count);
        var depth = 0;
        foreach (var department in company.Tenants[0].Departments)
        {
            var level = 0;
            for (var above = department; above.Parent is { } parent; above = parent)
            {
                level++;
            }

            depth = Math.Max(depth, level);
        }

        Assert.True(depth >= levels, $"{depth} levels");
    }
}
