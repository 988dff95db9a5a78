using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary>Resolution of every person's contacts over gRPC and HTTP, against the sandbox's truth.</summary>
public class ResolveByContactTests(SharedServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResolveByContact_EveryContactOfEverybody_GivesThatPersonInRequestOrder()
    {
        var asked = server.Staff.SelectMany(ContactsOf).ToList();
        var answers = await ResolveAsync(new() { App = "default", Contacts = { asked.Select(a => a.Contact) } });
        Assert.Equal([.. asked.Select(a => Expected(a.User))], answers.Select(a => a.Identity));
    }

    // U11
    [Fact]
    public async Task ResolveByContact_OtherSpellings_FindTheSamePerson()
    {
        var user = server.Staff.First(u => u.Email is not null && u.Mobile?.StartsWith("+86", StringComparison.Ordinal) == true);
        string bare = user.Mobile![3..];
        Contact[] contacts =
        [
            new() { Email = user.Email!.ToUpperInvariant() }, new() { Email = $"  {user.Email}\t" }, new() { Mobile = bare },
            new() { Mobile = $"+86 {bare[..3]}-{bare[3..7]} {bare[7..]}" }, new() { Email = user.Email }, new() { Email = user.Email },
        ];
        var answers = await ResolveAsync(new() { App = "default", Contacts = { contacts } });
        Assert.All(answers, a => Assert.Equal(Expected(user), a.Identity));
    }

    // R25, R26, R27
    [Fact]
    public async Task ResolveByContact_BadContactsAmongGoodOnes_AreTheirOwnTroubleOnly()
    {
        var good = server.Staff.First(u => u.Email is not null);
        var resigned = server.Users.First(u => u is { IsResigned: true, Email: not null });
        var corporate = server.Staff.First(u => u.EnterpriseEmail is not null);
        (Contact Contact, UnresolvedReason Reason)[] bad =
        [
            (new(), UnresolvedReason.InvalidInput),
            (new() { Email = "no at sign" }, UnresolvedReason.InvalidInput),
            (new() { Email = new string('a', 300) }, UnresolvedReason.InvalidInput),
            (new() { Mobile = "12345" }, UnresolvedReason.InvalidInput),
            (new() { Email = "nobody@sandbox.example" }, UnresolvedReason.NotFoundOrNotVisible),
            (new() { Mobile = "+41000000000" }, UnresolvedReason.NotFoundOrNotVisible),
            (new() { Email = corporate.EnterpriseEmail }, UnresolvedReason.NotFoundOrNotVisible),
            (new() { Email = resigned.Email }, UnresolvedReason.NotFoundOrNotVisible),
        ];
        var answers = await ResolveAsync(new() { App = "default", Contacts = { bad.SelectMany(b => new[] { b.Contact, new Contact { Email = good.Email } }) } });
        Assert.Equal([.. bad.Select(b => b.Reason)], answers.Where((_, i) => i % 2 == 0).Select(a => a.Unresolved.Reason));
        Assert.All(answers.Where((_, i) => i % 2 == 1), a => Assert.Equal(Expected(good), a.Identity));
    }

    // R27, R28
    [Fact]
    public async Task ResolveByContact_OfTheResignedWithTheFlag_FindsThemWithTheirStatus()
    {
        var asked = server.Users.Where(u => u.IsResigned).SelectMany(ContactsOf).ToList();
        Assert.NotEmpty(asked);
        var answers = await ResolveAsync(new() { App = "default", Contacts = { asked.Select(a => a.Contact) }, IncludeResigned = true, IncludeStatus = true });
        foreach (var ((user, _), answer) in asked.Zip(answers))
        {
            var expected = Expected(user);
            expected.Status = UserStatus.Resigned;
            Assert.Equal(expected, answer.Identity);
        }
    }

    // R20: the open_id takes one scope, the user_id two.
    [Fact]
    public async Task ResolveByContact_ByANarrowApp_WithholdsTheUserIdAndHidesPeopleOutOfScope()
    {
        var visible = server.Apps["narrow"].ContactScope.DepartmentIds.SelectMany(server.Subtree).ToHashSet();
        var asked = server.Staff.SelectMany(ContactsOf).ToList();
        var answers = await ResolveAsync(new() { App = "narrow", Contacts = { asked.Select(a => a.Contact) }, IdTypes = { IdType.OpenId, IdType.UserId } });
        foreach (var ((user, _), answer) in asked.Zip(answers))
        {
            if (!user.DepartmentIds.Any(visible.Contains))
            {
                Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, answer.Unresolved?.Reason);
                continue;
            }
            Assert.Equal(user.OpenIds["narrow"], answer.Identity?.OpenId);
            var withheld = Assert.Single(answer.Identity!.Withheld);
            Assert.Equal(IdType.UserId, withheld.IdType);
            Assert.Equal(["contact:user.employee_id:readonly"], withheld.MissingScopes);
        }
    }

    private async Task<IReadOnlyList<Resolution>> ResolveAsync(ResolveByContactRequest request)
    {
        var response = await server.Identity.ResolveByContactAsync(request, cancellationToken: Stop);
        Assert.Equal(request.Contacts.Count, response.Resolutions.Count);
        return response.Resolutions;
    }

    private static IEnumerable<(TrueUser User, Contact Contact)> ContactsOf(TrueUser user)
    {
        if (user.Email is not null) yield return (user, new() { Email = user.Email });
        if (user.Mobile is not null) yield return (user, new() { Mobile = user.Mobile });
    }

    private Identity Expected(TrueUser user) => new() { OpenId = user.OpenIds["default"], UnionId = user.UnionIds[server.Provider], UserId = user.UserId };
}
