using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary>The greatest requests through a client with the default limit of 4 MB.</summary>
public class LargeRequestTests(SharedServer server)
{
    private const int Keys = 10_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResolveByContact_TenThousandLongestContacts_AreAllAnswered()
    {
        var user = server.Staff.First(u => u.Email is not null);
        var unknown = Enumerable.Range(0, Keys - 1).Select(i => new Contact { Email = $"{i:D64}@{new string('d', 181)}.example" });
        Assert.Equal(254, unknown.First().Email.Length);
        var answer = await server.Identity.ResolveByContactAsync(new() { App = "default", Contacts = { unknown, new Contact { Email = user.Email } } }, cancellationToken: Stop);
        Assert.Equal(Keys, answer.Resolutions.Count);
        Assert.All(answer.Resolutions.SkipLast(1), r => Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, r.Unresolved?.Reason));
        Assert.Equal(user.OpenIds["default"], answer.Resolutions[^1].Identity.OpenId);
    }

    [Fact]
    public async Task ConvertId_TenThousandKnownIds_AreAllAnswered()
    {
        var people = Enumerable.Range(0, Keys).Select(i => server.Staff[i % server.Staff.Count]).ToList();
        var answer = await server.Identity.ConvertIdAsync(new() { App = "default", Ids = { people.Select(u => u.UnionIds[server.Provider]) }, IncludeStatus = true }, cancellationToken: Stop);
        Assert.Equal([.. people.Select(u => u.OpenIds["default"])], answer.Conversions.Select(c => c.Identity.OpenId));
    }

    // U1: each of these spoils its batch upstream.
    [Fact]
    public async Task ConvertId_TenThousandUnknownIds_AreAllAnswered()
    {
        var answer = await server.Identity.ConvertIdAsync(new() { App = "default", Ids = { Enumerable.Range(0, Keys).Select(i => $"ou_{i:x32}") } }, cancellationToken: Stop);
        Assert.Equal(Keys, answer.Conversions.Count);
        Assert.All(answer.Conversions, c => Assert.Equal(UnresolvedReason.NotFoundOrNotVisible, c.Unresolved?.Reason));
    }
}
