using IdentityGrpc.Sandbox.Directory;

namespace IdentityGrpc.Sandbox.Apps;

/// <summary>Makes the five apps of design §9 and §10 with ids and secrets from the seed.</summary>
internal static class AppMaker
{
    public static IReadOnlyList<App> Make(Company company, AppLimits limits, int apis)
    {
        var main = company.Tenants[0];
        var second = company.Tenants[1];
        Provider first = new(0, "sandbox"), other = new(1, "strangers"), isv = new(2, "isv");
        App[] apps =
        [
            Make(0, "default", first, false, [main]),
            Make(1, "sibling", first, false, [main]),
            Make(2, "stranger", other, false, [main]),
            Make(3, "narrow", first, false, [main]),
            Make(4, "store", isv, true, [main, second]),
        ];
        var narrow = apps[3];
        narrow.Grants = new Grants([.. Scopes.Fine.Where(scope => scope != Scopes.EmployeeId)]);
        narrow.ContactScope = new ContactScope { Departments = [main.Departments[Math.Min(2, main.Departments.Count - 1)]] };
        return apps;

        App Make(int index, string name, Provider provider, bool isStore, Tenant[] tenants) =>
            new(index, name, "cli_" + Hex.Of(Hash.Of(name, company.Seed)), Hex.Of(Hash.Of(name, company.Seed ^ 1)) + Hex.Of(Hash.Of(name, company.Seed ^ 2)), provider, isStore, tenants, apis)
            {
                Limits = limits,
            };
    }
}
