using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Chaos;

/// <summary>The sandbox's truth about the tenant of app <c>default</c>, and questions drawn from it.</summary>
internal sealed class People
{
    /// <summary>Keys of a question: what one upstream call takes.</summary>
    public const int Keys = 50;

    private const string Stranger = "stranger";
    private readonly string _provider;
    private readonly Dictionary<string, TrueUser> _byOpenId;
    private readonly TrueUser[] _reachable;

    private People(string provider, IEnumerable<TrueUser> users, IEnumerable<TrueDepartment> departments)
    {
        _provider = provider;
        Staff = [.. users.Where(u => !u.IsResigned)];
        Departments = [.. departments.Select(d => d.OpenDepartmentId), "0"];
        _byOpenId = Staff.ToDictionary(u => u.OpenIds[Bed.App]);
        _reachable = [.. Staff.Where(u => u is { Email: not null, Mobile: not null }).Take(Keys)];
        if (_reachable.Length < Keys) throw new InvalidOperationException($"The sandbox has {_reachable.Length} people with e-mail and mobile; {Keys} are needed.");
    }

    /// <summary>Everybody who has not resigned.</summary>
    public IReadOnlyList<TrueUser> Staff { get; }

    /// <summary>The open_department_ids, the root's <c>0</c> included.</summary>
    public IReadOnlyList<string> Departments { get; }

    public static async Task<People> ReadAsync(SandboxTruth truth, CancellationToken cancellation)
    {
        var app = await truth.AppAsync(Bed.App, cancellation);
        string tenant = app.TenantKeys.Single();
        return new(app.Provider, await truth.UsersAsync(tenant, cancellation), await truth.DepartmentsAsync(tenant, cancellation));
    }

    /// <summary>The ids that are right for a person.</summary>
    public Identity IdentityOf(TrueUser user) => new() { OpenId = user.OpenIds[Bed.App], UnionId = user.UnionIds[_provider], UserId = user.UserId };

    /// <summary>The person of an open_id; null: nobody of the staff.</summary>
    public TrueUser? Find(string openId) => _byOpenId.GetValueOrDefault(openId);

    /// <summary>The direct members of a department.</summary>
    public IEnumerable<TrueUser> MembersOf(string department) => Staff.Where(u => u.DepartmentIds.Contains(department));

    /// <summary>50 contacts, e-mails and mobiles in turn, the first of which are nobody's.</summary>
    public IReadOnlyList<Key<Contact>> Contacts(int wrong) => [.. _reachable.Select((u, i) =>
        i < wrong ? new Key<Contact>(new() { Email = $"nobody{i}@sandbox.example" }, null, UnresolvedReason.NotFoundOrNotVisible)
        : new(i % 2 == 0 ? new() { Email = u.Email } : new() { Mobile = u.Mobile }, IdentityOf(u), null))];

    /// <summary>50 open_ids, the first of which are nobody's, or another app's.</summary>
    public IReadOnlyList<Key<string>> OpenIds(int wrong, bool ofAnotherApp) => [.. _reachable.Select((u, i) =>
        i >= wrong ? new Key<string>(u.OpenIds[Bed.App], IdentityOf(u), null)
        : ofAnotherApp ? new(u.OpenIds[Stranger], null, UnresolvedReason.CrossAppId)
        : new(Unknown("ou_", i), null, UnresolvedReason.NotFoundOrNotVisible))];

    /// <summary>50 open_ids, the one at a place wrong.</summary>
    public IReadOnlyList<Key<string>> OpenIdsWithOneWrong(int place, bool ofAnotherApp)
    {
        var right = OpenIds(0, ofAnotherApp);
        var wrong = OpenIds(Keys, ofAnotherApp);
        return [.. right.Select((key, i) => i == place ? wrong[i] : key)];
    }

    /// <summary>50 departments, the first of which do not exist.</summary>
    public IReadOnlyList<(string Department, bool Exists)> FiftyDepartments(int wrong) =>
        [.. Enumerable.Range(0, Keys).Select(i => i < wrong ? (Unknown("od-", i), false) : (Departments[i % Departments.Count], true))];

    private static string Unknown(string prefix, int number) => $"{prefix}{number:x4}{new string('0', 28)}";
}

/// <summary>A key with the answer that it must get.</summary>
/// <param name="Text">The key.</param>
/// <param name="Identity">The right identity; null where it must have none.</param>
/// <param name="Reason">Why it must have none.</param>
internal sealed record Key<T>(T Text, Identity? Identity, UnresolvedReason? Reason);
