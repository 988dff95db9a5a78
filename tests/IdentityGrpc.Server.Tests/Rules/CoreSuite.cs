using Grpc.Core;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>What the service must answer in any case, checked against the truth of its sandbox.</summary>
internal sealed class CoreSuite
{
    private const string UserIdScope = "contact:user.employee_id:readonly";

    private readonly RunningServer _running;
    private readonly CancellationToken _stop;
    private readonly TrueApp _narrow;
    private readonly string _provider;
    private readonly IReadOnlyList<TrueUser> _users, _staff, _abroad;
    private readonly IReadOnlyList<TrueDepartment> _departments;

    private CoreSuite(RunningServer running, IReadOnlyList<TrueApp> apps, IReadOnlyList<TrueUser> users, IReadOnlyList<TrueUser> abroad, IReadOnlyList<TrueDepartment> departments, CancellationToken stop)
    {
        _running = running;
        _narrow = apps.Single(a => a.Name == "narrow");
        _provider = apps.Single(a => a.Name == "default").Provider;
        (_users, _abroad, _departments, _stop) = (users, abroad, departments, stop);
        _staff = [.. users.Where(u => !u.IsResigned)];
    }

    public static async Task<CoreSuite> OfAsync(RunningServer running, CancellationToken stop)
    {
        var apps = await running.Truth.AppsAsync(stop);
        var tenants = apps.Single(a => a.Name == "store").TenantKeys;
        return new(running, apps, await running.Truth.UsersAsync(tenants[0], stop), await running.Truth.UsersAsync(tenants[1], stop), await running.Truth.DepartmentsAsync(tenants[0], stop), stop);
    }

    /// <summary>Every contact of everybody, more than one call takes; unknown ones between them.</summary>
    public async Task ResolveEverybodyAsync()
    {
        List<(Contact Contact, Identity? Identity)> asked = [.. _staff.SelectMany(u => ContactsOf(u).Select(c => (c, (Identity?)IdentityOf(u))))];
        asked.AddRange(_staff.Where(u => u.EnterpriseEmail is not null).Select(u => (new Contact { Email = u.EnterpriseEmail }, (Identity?)null)));
        asked.AddRange(Enumerable.Range(0, 60).Select(i => (new Contact { Email = $"nobody{i}@sandbox.example" }, (Identity?)null)));
        asked = Mixed(asked);
        var answer = await _running.Identity.ResolveByContactAsync(new() { App = "default", Contacts = { asked.Select(a => a.Contact) } }, cancellationToken: _stop);
        Assert.Equal(asked.Select(a => (a.Identity, Reason(a.Identity))), answer.Resolutions.Select(r => ((Identity?)r.Identity, r.Unresolved?.Reason)));
    }

    /// <summary>Every kind of id of everybody in one request, with ids between them that spoil a call in each way there is.</summary>
    public async Task ConvertEveryKindAmongBadOnesAsync()
    {
        List<(string Id, Identity? Identity, UnresolvedReason? Reason)> asked =
        [
            .. _staff.SelectMany(u => IdsOf(u).Select(id => (id, (Identity?)IdentityOf(u), (UnresolvedReason?)null))),
            .. Unresolved(Enumerable.Range(0, 8).SelectMany(i => new[] { $"ou_{i:x32}", $"on_{i:x32}", $"nobody{i}" }), UnresolvedReason.NotFoundOrNotVisible),
            .. Unresolved(_staff.Take(8).Select(u => u.UnionIds["strangers"]), UnresolvedReason.NotFoundOrNotVisible),
            .. Unresolved(_abroad.Take(8).SelectMany(u => new[] { u.UnionIds["isv"], u.UserId }), UnresolvedReason.NotFoundOrNotVisible),
            .. Unresolved(_users.Where(u => u.IsResigned).SelectMany(IdsOf), UnresolvedReason.NotFoundOrNotVisible),
            .. Unresolved(_staff.Take(4).SelectMany(u => new[] { u.OpenIds["sibling"], u.OpenIds["stranger"] }), UnresolvedReason.CrossAppId),
            .. Unresolved(_abroad.Take(4).Select(u => u.OpenIds["store"]), UnresolvedReason.CrossAppId),
            .. Unresolved(["", "two words", "ou_李雷", new('x', 65)], UnresolvedReason.InvalidInput),
        ];
        asked = Mixed(asked);
        var answer = await ConvertAsync(new() { App = "default", Ids = { asked.Select(a => a.Id) } });
        Assert.Equal(asked.Select(a => (a.Identity, a.Reason)), answer.Select(c => ((Identity?)c.Identity, c.Unresolved?.Reason)));
    }

    /// <summary>The resigned by contact and by id, with the flag and without.</summary>
    public async Task ReadTheResignedAsync()
    {
        var resigned = _users.Where(u => u.IsResigned).ToList();
        foreach (bool include in (bool[])[false, true, false])
        {
            List<(Contact Contact, TrueUser User)> contacts = [.. resigned.SelectMany(u => ContactsOf(u).Select(c => (c, u)))];
            var byContact = await _running.Identity.ResolveByContactAsync(new() { App = "default", Contacts = { contacts.Select(c => c.Contact) }, IncludeResigned = include, IncludeStatus = true }, cancellationToken: _stop);
            Assert.Equal(contacts.Select(c => Expected(c.User)), byContact.Resolutions.Select(r => (Identity?)r.Identity));

            var byId = await ConvertAsync(new() { App = "default", Ids = { resigned.SelectMany(IdsOf) }, IncludeResigned = include, IncludeStatus = true });
            Assert.Equal(resigned.SelectMany(u => IdsOf(u).Select(_ => Expected(u))), byId.Select(c => (Identity?)c.Identity));

            Identity? Expected(TrueUser user)
            {
                if (!include) return null;
                var identity = IdentityOf(user);
                identity.Status = UserStatus.Resigned;
                return identity;
            }
        }
    }

    /// <summary>An app with one department and without the scope for user_ids: that id withheld, and nobody else shown.</summary>
    public async Task ReadByANarrowAppAsync()
    {
        var visible = _narrow.ContactScope.DepartmentIds.SelectMany(_departments.Subtree).ToHashSet();
        var mixed = Mixed([.. _staff]);
        var converted = await ConvertAsync(new() { App = "narrow", Ids = { mixed.Select(u => u.OpenIds["narrow"]) } });
        Assert.Equal(mixed.Select(Expected), converted.Select(c => (Identity?)c.Identity));

        List<(Contact Contact, TrueUser User)> contacts = [.. mixed.SelectMany(u => ContactsOf(u).Select(c => (c, u)))];
        foreach (bool userIdOnly in (bool[])[false, true])
        {
            var request = new ResolveByContactRequest { App = "narrow", Contacts = { contacts.Select(c => c.Contact) } };
            if (userIdOnly) request.IdTypes.Add(IdType.UserId);
            var resolved = await _running.Identity.ResolveByContactAsync(request, cancellationToken: _stop);
            Assert.Equal(contacts.Select(c => userIdOnly ? UserIdOf(Expected(c.User)) : Expected(c.User)), resolved.Resolutions.Select(r => (Identity?)r.Identity));
        }

        Identity? Expected(TrueUser user) => !user.DepartmentIds.Any(visible.Contains) ? null : new()
        {
            OpenId = user.OpenIds["narrow"],
            UnionId = user.UnionIds[_provider],
            Withheld = { new Withheld { IdType = IdType.UserId, MissingScopes = { UserIdScope } } },
        };

        static Identity? UserIdOf(Identity? identity) => identity is null ? null : new() { Withheld = { identity.Withheld } };
    }

    /// <summary>Everybody, once.</summary>
    public async Task WalkTheRootAsync()
    {
        using var call = _running.Identity.StreamDepartmentMembers(new() { App = "default", DepartmentId = "0", Recursive = true, Distinct = true }, cancellationToken: _stop);
        var messages = await call.ResponseStream.ReadAllAsync(_stop).ToListAsync(_stop);
        Assert.True(messages[^1].Summary?.Complete);
        Assert.Equal(_staff.Select(IdentityOf).OrderBy(i => i.OpenId, StringComparer.Ordinal), messages.SelectMany(m => m.Members).Select(m => m.Identity).OrderBy(i => i.OpenId, StringComparer.Ordinal));
    }

    /// <summary>Not one call was one too many.</summary>
    public async Task AssertNeverThrottledAsync() => Assert.All(await _running.Truth.CallsAsync(_stop), c => Assert.Equal(0, c.Throttled));

    private async Task<IReadOnlyList<Conversion>> ConvertAsync(ConvertIdRequest request) => (await _running.Identity.ConvertIdAsync(request, cancellationToken: _stop)).Conversions;

    private Identity IdentityOf(TrueUser user) => new() { OpenId = user.OpenIds["default"], UnionId = user.UnionIds[_provider], UserId = user.UserId };

    private IEnumerable<string> IdsOf(TrueUser user) => [user.OpenIds["default"], user.UnionIds[_provider], user.UserId];

    private static IEnumerable<Contact> ContactsOf(TrueUser user)
    {
        if (user.Email is not null) yield return new() { Email = user.Email };
        if (user.Mobile is not null) yield return new() { Mobile = user.Mobile };
    }

    private static UnresolvedReason? Reason(Identity? identity) => identity is null ? UnresolvedReason.NotFoundOrNotVisible : null;

    private static IEnumerable<(string, Identity?, UnresolvedReason?)> Unresolved(IEnumerable<string> ids, UnresolvedReason reason) => ids.Select(id => (id, (Identity?)null, (UnresolvedReason?)reason));

    // The same order each time, so that a failure can be repeated.
    private static List<T> Mixed<T>(List<T> items)
    {
        var mixed = items.ToArray();
        new Random(3).Shuffle(mixed);
        return [.. mixed];
    }
}
