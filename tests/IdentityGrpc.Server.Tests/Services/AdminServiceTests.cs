using Grpc.Core;
using IdentityGrpc.Admin.V1;
using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing.Server;
using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary><c>identity.admin.v1</c>: what operators end is asked for anew, and figures tell how the replica stands.</summary>
public sealed class AdminServiceTests : IAsyncLifetime
{
    private RunningServer _running = null!;
    private AdminService.AdminServiceClient _admin = null!;
    private string _tenant = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Without events nothing else ends anything.
        _running = await RunningServer.StartAsync("Sandbox:Events=false");
        _admin = new(_running.Channel);
        _tenant = (await _running.Truth.AppAsync("default", Stop)).TenantKeys.Single();
    }

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    [Theory]
    [InlineData("open_id", true)]
    [InlineData("union_id", true)]
    [InlineData("user_id", true)]
    [InlineData("another app's open_id", false)]
    [InlineData("app", true)]
    [InlineData("app in a tenant", true)]
    [InlineData("another app", false)]
    [InlineData("tenant", true)]
    [InlineData("contact", false)]
    public async Task Invalidate_WhatHoldsThePerson_IsAskedForAnew(string what, bool ends)
    {
        var user = (await _running.Truth.UsersAsync(_tenant, Stop)).First(u => u is { IsResigned: false, Email: not null });
        await SourceAsync(user.OpenIds["default"]);
        Assert.Equal(Source.Memory, await SourceAsync(user.OpenIds["default"]));
        string provider = (await _running.Truth.AppAsync("default", Stop)).Provider;
        await _admin.InvalidateAsync(what switch
        {
            "open_id" => Person("default", user.OpenIds["default"]),
            "union_id" => Person("sibling", user.UnionIds[provider]),
            "user_id" => Person("stranger", user.UserId),
            "another app's open_id" => Person("stranger", user.OpenIds["stranger"]),
            "app" => new() { App = new() { App = "default" } },
            "app in a tenant" => new() { App = new() { App = "default", TenantKey = _tenant } },
            "another app" => new() { App = new() { App = "store" } },
            "tenant" => new() { Tenant = new() { TenantKey = _tenant } },
            _ => new InvalidateRequest { Contact = new() { TenantKey = _tenant, Email = user.Email } },
        }, cancellationToken: Stop);
        Assert.Equal(ends ? Source.Upstream : Source.Memory, await SourceAsync(user.OpenIds["default"]));
    }

    [Fact]
    public async Task Invalidate_Contact_IsAskedForAnewInEachApp()
    {
        var user = (await _running.Truth.UsersAsync(_tenant, Stop)).First(u => u is { IsResigned: false, Email: not null });
        foreach (string app in (string[])["default", "sibling"])
        {
            await ContactSourceAsync(app, user.Email!);
            Assert.Equal(Source.Memory, await ContactSourceAsync(app, user.Email!));
        }
        await _admin.InvalidateAsync(new() { Contact = new() { TenantKey = _tenant, Email = user.Email!.ToUpperInvariant() } }, cancellationToken: Stop);
        foreach (string app in (string[])["default", "sibling"]) Assert.Equal(Source.Upstream, await ContactSourceAsync(app, user.Email!));
    }

    [Fact]
    public async Task Invalidate_WrongFields_AreAllNamed()
    {
        await AssertInvalidAsync(new(), "what");
        await AssertInvalidAsync(new() { Person = new() { App = "store", Id = "a b" } }, "person.tenant_key", "person.id");
        await AssertInvalidAsync(new() { Person = new() { Id = "ou_1" } }, "person.app");
        await AssertInvalidAsync(new() { Contact = new() { TenantKey = "nowhere", Email = "nobody" } }, "contact.tenant_key", "contact.email");
        await AssertInvalidAsync(new() { Contact = new() { TenantKey = _tenant } }, "contact.contact");
        await AssertInvalidAsync(new() { Tenant = new() }, "tenant.tenant_key");
        await RpcFailures.ExpectAsync(StatusCode.NotFound, () => _admin.InvalidateAsync(new() { App = new() { App = "nobody" } }, cancellationToken: Stop).ResponseAsync);
    }

    [Fact]
    public async Task GetState_AfterALookup_TellsOfIt()
    {
        var user = (await _running.Truth.UsersAsync(_tenant, Stop)).First(u => !u.IsResigned);
        await SourceAsync(user.OpenIds["default"]);
        await SourceAsync(user.OpenIds["default"]);

        var cache = await _admin.GetCacheStateAsync(new(), cancellationToken: Stop);
        Assert.Equal((1UL, true), (cache.People.Entries, cache.People.Hits > 0));
        Assert.InRange(cache.Bytes, 1UL, cache.MaxBytes);

        var budget = Assert.Single((await _admin.GetBudgetStateAsync(new() { App = "default" }, cancellationToken: Stop)).Budgets);
        Assert.Equal(("GET /open-apis/contact/v3/users/batch", "default", _tenant), (budget.Api, budget.App, budget.TenantKey));
        Assert.Equal((1U, 50U, 1000U, 0U), (budget.Minute.Used, budget.Second.Limit, budget.Minute.Limit, budget.Waiting));
        Assert.Null(budget.PausedFor);
        Assert.Empty((await _admin.GetBudgetStateAsync(new() { App = "narrow" }, cancellationToken: Stop)).Budgets);

        var breakers = (await _admin.GetBreakerStateAsync(new(), cancellationToken: Stop)).Breakers;
        Assert.Equal((await _running.Truth.AppsAsync(Stop)).Select(a => a.Name), breakers.Select(b => b.App));
        Assert.All(breakers, b => Assert.Equal(BreakerStatus.Closed, b.Status));
    }

    // A proxy beside the service would open it to everybody.
    [Theory]
    [InlineData(null, false)]
    [InlineData("Admin:Enabled=true", true)]
    public async Task Admin_WithRealApps_IsServedOnlyWhereToldTo(string? setting, bool served)
    {
        string[] app = ["Apps:0:Name=hr", "Apps:0:Id=cli_1", "Apps:0:Secret=unused", "Apps:0:BaseUrl=http://127.0.0.1:9", "Apps:0:TenantKeys:0=t"];
        await using var running = await RunningServer.StartAsync(setting is null ? app : [.. app, setting]);
        var call = new AdminService.AdminServiceClient(running.Channel).GetBreakerStateAsync(new(), cancellationToken: Stop);
        if (served) Assert.Equal("hr", (await call).Breakers.Single().App);
        else Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    private static InvalidateRequest Person(string app, string id) => new() { Person = new() { App = app, Id = id } };

    private async Task AssertInvalidAsync(InvalidateRequest request, params string[] fields)
    {
        var failure = await RpcFailures.ExpectAsync(StatusCode.InvalidArgument, () => _admin.InvalidateAsync(request, cancellationToken: Stop).ResponseAsync);
        Assert.Equal(fields, failure.Violations().Keys);
    }

    private async Task<Source> SourceAsync(string id) =>
        (await _running.Identity.ConvertIdAsync(new() { App = "default", Ids = { id } }, cancellationToken: Stop)).Conversions.Single().Provenance.Source;

    private async Task<Source> ContactSourceAsync(string app, string email) =>
        (await _running.Identity.ResolveByContactAsync(new() { App = app, Contacts = { new Contact { Email = email } }, IdTypes = { IdType.OpenId } }, cancellationToken: Stop)).Resolutions.Single().Provenance.Source;
}
