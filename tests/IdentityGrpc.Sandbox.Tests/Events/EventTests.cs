using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Sandbox.Events;

namespace IdentityGrpc.Sandbox.Tests.Events;

public sealed class EventTests
{
    private const string Key = "test key", Token = "vt-1";

    [Fact]
    public void Seal_ReferenceVectors_AreMet()
    {
        const string body = "{\"encrypt\":\"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=\"}";
        Assert.Equal("bed8fdd3e4bbc581364c140b572ec676edff3db612d57bbc07a24d062c40ddf3", EventSeal.Sign("1700000000", "n0nce", Key, Encoding.UTF8.GetBytes(body)));
        Assert.Equal("hello world", Webhook.Decrypt("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=", Key));
        var sealedBody = System.Text.Json.JsonDocument.Parse(EventSeal.Encrypt("hello world"u8, Key)).RootElement.GetProperty("encrypt").GetString()!;
        Assert.Equal("hello world", Webhook.Decrypt(sealedBody, Key));
    }

    [Fact]
    public async Task Subscribe_Encrypted_ChallengesThenSendsSignedEvents()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync(Key);
        await SubscribeAsync(sandbox, webhook);
        Assert.Equal(1, webhook.Challenges);
        var user = sandbox.Someone;
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { user_id = "after.1" });

        var delivery = await webhook.NextAsync();
        Assert.Equal("contact.user.updated_v3", delivery.Type);
        Assert.Equal((Token, sandbox.Apps["default"].Id, user.Tenant),
            (Text("token"), Text("app_id"), Text("tenant_key")));
        Assert.Equal((user.OpenId("default"), "after.1"), (delivery.Object.GetProperty("open_id").GetString(), delivery.Object.GetProperty("user_id").GetString()));

        // U21: the changed fields and the open_id.
        Assert.Equal(["open_id", "user_id"], delivery.OldObject.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(user.UserId, delivery.OldObject.GetProperty("user_id").GetString());
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(delivery.Timestamp + delivery.Nonce + Key + delivery.Body)));
        Assert.Equal(expected, delivery.Signature);

        string? Text(string name) => delivery.Header.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Subscribe_ChallengeNotEchoed_IsRefused()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync();
        webhook.Deaf = true;
        var answer = await sandbox.SendAsync(HttpMethod.Put, "/sandbox/v1/subscriptions/default", null, new { url = webhook.Url, token = Token });
        Assert.Equal(400, answer.Status);
        Assert.Empty((await sandbox.GetAsync("/sandbox/v1/subscriptions")).Json.GetProperty("subscriptions").EnumerateArray());
    }

    [Fact]
    public async Task Update_ContactsAndTheRest_AreTwoEvents()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync();
        await SubscribeAsync(sandbox, webhook);
        var user = sandbox.Someone;
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { name = "New Name", email = "new@sandbox.example", mobile = "+12025550100" });
        var (first, second) = (await webhook.NextAsync(), await webhook.NextAsync());
        Assert.Equal(["name", "open_id"], first.OldObject.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(["email", "mobile", "open_id"], second.OldObject.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal((user.Email, user.Mobile), (second.OldObject.GetProperty("email").GetString(), second.OldObject.GetProperty("mobile").GetString()));
        Assert.NotEqual(first.Header.GetProperty("event_id").GetString(), second.Header.GetProperty("event_id").GetString());
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { name = "New Name" });
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { name = "Last" });
        Assert.Equal("Last", (await webhook.NextAsync()).Object.GetProperty("name").GetString());
    }

    [Fact]
    public async Task U22_U23_Resigned_IsADeletedEventWithItsDepartmentsInTheOldObject()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync();
        await SubscribeAsync(sandbox, webhook);
        var user = sandbox.Someone;
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { status = "resigned" });
        var delivery = await webhook.NextAsync();
        Assert.Equal("contact.user.deleted_v3", delivery.Type);
        Assert.True(delivery.Object.GetProperty("status").GetProperty("is_resigned").GetBoolean());
        Assert.False(delivery.Object.TryGetProperty("department_ids", out _));
        Assert.Equal(user.Departments, delivery.OldObject.GetProperty("department_ids").EnumerateArray().Select(id => id.GetString()));
        await sandbox.ControlAsync("POST", "users", new { name = "Newcomer" });
        Assert.Equal("contact.user.created_v3", (await webhook.NextAsync()).Type);
    }

    [Fact]
    public async Task Departments_CreatedUpdatedDeleted_AreTheirEvents()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync();
        await SubscribeAsync(sandbox, webhook);
        var id = (await sandbox.ControlAsync("POST", "departments", new { name = "Ops", department_id = "D-OPS" })).Json.GetProperty("open_department_id").GetString();
        await sandbox.ControlAsync("PATCH", $"departments/{id}", new { name = "Operations" });
        await sandbox.ControlAsync("DELETE", $"departments/{id}");
        var (created, updated, deleted) = (await webhook.NextAsync(), await webhook.NextAsync(), await webhook.NextAsync());
        Assert.Equal(["contact.department.created_v3", "contact.department.updated_v3", "contact.department.deleted_v3"], [created.Type, updated.Type, deleted.Type]);
        Assert.Equal(System.Text.Json.JsonValueKind.Number, created.Object.GetProperty("order").ValueKind);
        Assert.Equal(("Operations", "Ops"), (updated.Object.GetProperty("name").GetString(), updated.OldObject.GetProperty("name").GetString()));
        Assert.Equal((id, true), (deleted.Object.GetProperty("open_department_id").GetString(), deleted.Object.GetProperty("status").GetProperty("is_deleted").GetBoolean()));
    }

    [Fact]
    public async Task ContactScope_OfTheApp_DecidesWhichEventsArrive()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync();
        await SubscribeAsync(sandbox, webhook, "narrow");
        var inside = (await sandbox.AllPagesAsync($"users/find_by_department?department_id={(await sandbox.CallAsync("scopes", "narrow")).Data.GetProperty("department_ids")[0].GetString()}", "narrow"))
            .Select(item => item.GetProperty("open_id").GetString()).ToList();
        var seen = sandbox.Main.First(user => inside.Contains(user.OpenId("narrow")));
        var hidden = await HiddenAsync();
        await sandbox.ControlAsync("PATCH", $"users/{hidden.Tenant}/{hidden.UserId}", new { name = "Hidden" });
        await sandbox.ControlAsync("PATCH", $"users/{seen.Tenant}/{seen.UserId}", new { name = "Seen", user_id = "seen.1" });
        var delivery = await webhook.NextAsync();
        Assert.Equal(seen.OpenId("narrow"), delivery.Object.GetProperty("open_id").GetString());
        Assert.Equal("Seen", delivery.Object.GetProperty("name").GetString());
        Assert.False(delivery.Object.TryGetProperty("user_id", out _));

        // U26: a change of the scope is told as itself, not person by person.
        await sandbox.ControlAsync("PUT", "apps/narrow", new { contact_scope = new { user_ids = new[] { hidden.UserId } } });
        var scope = await webhook.NextAsync();
        Assert.Equal("contact.scope.updated_v3", scope.Type);
        Assert.Equal(hidden.OpenId("narrow"), scope.Json.GetProperty("event").GetProperty("added").GetProperty("users")[0].GetProperty("open_id").GetString());
        Assert.Equal(1, scope.Json.GetProperty("event").GetProperty("removed").GetProperty("departments").GetArrayLength());
        Assert.True(webhook.IsEmpty);

        async Task<TruthUser> HiddenAsync()
        {
            foreach (var user in sandbox.Main.Where(user => !user.IsResigned))
            {
                if ((await sandbox.CallAsync($"users/{user.OpenId("narrow")}", "narrow")).Status == 400)
                {
                    return user;
                }
            }

            throw new InvalidOperationException("Everybody is in the narrow scope.");
        }
    }

    [Theory]
    [InlineData("anew")]
    [InlineData("same")]
    public async Task U33_Retries_After15s5min1h6h_ThenGivesUp(string signing)
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock, ("Switches:U33", signing));
        await using var webhook = await Webhook.StartAsync(Key);
        webhook.Status = () => 500;
        await SubscribeAsync(sandbox, webhook);
        var user = sandbox.Someone;
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { name = "Again" });
        var first = await webhook.NextAsync();
        foreach (var wait in (TimeSpan[])[TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromHours(6)])
        {
            await clock.WhenTimerAsync(due => due == wait, TestContext.Current.CancellationToken);
            Assert.True(webhook.IsEmpty);
            clock.Advance(wait);
            var again = await webhook.NextAsync();
            Assert.Equal((first.Body, signing == "same"), (again.Body, (again.Timestamp, again.Nonce, again.Signature) == (first.Timestamp, first.Nonce, first.Signature)));
        }

        Assert.Equal((5, 0, 5, 1), await CountsAsync(sandbox, counts => counts.Dropped == 1));
    }

    [Fact]
    public async Task Duplicates_AreTheSameEventAgain()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync();
        await sandbox.ControlAsync("PUT", "subscriptions/default", new { url = webhook.Url, token = Token, duplicates = 2 });
        await sandbox.ControlAsync("POST", "users", new { name = "Newcomer" });
        var ids = new[] { await webhook.NextAsync(), await webhook.NextAsync(), await webhook.NextAsync() }.Select(delivery => delivery.Header.GetProperty("event_id").GetString());
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task U24_Reorder_SendsAllInAnotherOrder()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock);
        await using var webhook = await Webhook.StartAsync();
        await sandbox.ControlAsync("PUT", "subscriptions/default", new { url = webhook.Url, token = Token, reorder = true });
        for (var i = 0; i < 20; i++)
        {
            await sandbox.ControlAsync("POST", "users", new { name = $"n{i:D2}" });
        }

        await clock.WhenTimerAsync(due => due == TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        List<string> names = [];
        while (names.Count < 20)
        {
            names.Add((await webhook.NextAsync()).Object.GetProperty("name").GetString()!);
        }

        Assert.NotEqual(names.Order(), names);
        Assert.Equal(20, names.Distinct().Count());
    }

    [Fact]
    public async Task AppTicket_OnSubscribeAndResend_ComesInTheOlderEnvelope()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var webhook = await Webhook.StartAsync();
        await SubscribeAsync(sandbox, webhook, "store");
        await sandbox.PostAsync("/open-apis/auth/v3/app_ticket/resend", sandbox.Credentials("store"));
        var (first, second) = (await webhook.NextAsync(), await webhook.NextAsync());
        Assert.Equal(("event_callback", "app_ticket", Token),
            (first.Json.GetProperty("type").GetString(), first.Json.GetProperty("event").GetProperty("type").GetString(), first.Json.GetProperty("token").GetString()));
        var ticket = second.Json.GetProperty("event").GetProperty("app_ticket").GetString();
        (await sandbox.PostAsync("/open-apis/auth/v3/app_access_token", new { app_id = sandbox.Apps["store"].Id, app_secret = sandbox.Apps["store"].Secret, app_ticket = ticket })).Ok();
    }

    private static Task<Answer> SubscribeAsync(RunningSandbox sandbox, Webhook webhook, string app = "default") =>
        sandbox.ControlAsync("PUT", $"subscriptions/{app}", new { url = webhook.Url, encrypt_key = webhook.EncryptKey, token = Token });

    private static async Task<(int Sent, int Delivered, int Failed, int Dropped)> CountsAsync(RunningSandbox sandbox, Func<(int Sent, int Delivered, int Failed, int Dropped), bool> enough)
    {
        while (true)
        {
            var row = (await sandbox.GetAsync("/sandbox/v1/subscriptions")).Json.GetProperty("subscriptions")[0];
            var counts = (row.GetProperty("sent").GetInt32(), row.GetProperty("delivered").GetInt32(), row.GetProperty("failed").GetInt32(), row.GetProperty("dropped").GetInt32());
            if (enough(counts))
            {
                return counts;
            }

            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
