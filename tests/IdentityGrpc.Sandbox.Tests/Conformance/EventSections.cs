using System.Security.Cryptography;
using System.Text;

namespace IdentityGrpc.Sandbox.Tests.Conformance;

/// <summary>Reference §7.</summary>
internal static class EventSections
{
    private const string Key = "test key";
    private const string Status = """{"is_frozen":false,"is_resigned":false,"is_activated":true,"is_exited":false,"is_unjoin":false}""";

    public static readonly Section[] All =
    [
        new Section("7.1", "Envelope")
            .Add("version 2", async s => Shape.Check(
                """{"schema":"2.0","header":{"event_id":"x","event_type":"x","create_time":"1767225600000","token":"vt","app_id":"cli_","tenant_key":"tk"},"event":{}}""",
                (await FirstAsync(s, null, RenameAsync)).Json)),
        new Section("7.3", "Payloads")
            .Add("contact.user.updated_v3", async s => Shape.Check($$$$"""
                {"event":{"object":{"open_id":"ou_","union_id":"on_","user_id":"x","name":"x","en_name":"x","email":"x","job_title":"x","mobile":"x","gender":2,
                 "status":{{{{Status}}}},"department_ids":["od-"],"leader_user_id":"ou_77","join_time":1615381702,"employee_no":"E-7","employee_type":1,
                 "orders":[{"department_id":"od-","user_order":100,"department_order":100,"is_primary_dept":true}]},"old_object":{"open_id":"ou_","name":"x"}}}
                """, (await FirstAsync(s, null, RenameAsync)).Json))
            .Add("contact.user.deleted_v3", async s => Shape.Check($$$$"""
                {"event":{"object":{"open_id":"ou_","union_id":"on_","user_id":"x","name":"x","status":{{{{Status}}}}},"old_object":{"department_ids":["od-"],"open_id":"ou_"}}}
                """, (await FirstAsync(s, null, (s, user) => s.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { status = "resigned" }))).Json))
            .Add("contact.department.updated_v3", async s => Shape.Check("""
                {"event":{"object":{"name":"Ops","parent_department_id":"od-","department_id":"D-OPS","open_department_id":"od-","order":100,"status":{"is_deleted":false}},
                 "old_object":{"name":"Operations","open_department_id":"od-"}}}
                """, (await FirstAsync(s, null, (s, user) => s.ControlAsync("PATCH", $"departments/{user.Departments[0]}", new { name = "Other" }))).Json))
            .Add("contact.scope.updated_v3", async s => Shape.Check("""
                {"event":{"added":{"departments":[],"users":[{"union_id":"on_","user_id":"x","open_id":"ou_","name":"x"}],"user_groups":[]},
                 "removed":{"departments":[{"name":"x","parent_department_id":"0","department_id":"D","open_department_id":"od-","order":"1","member_count":3,"status":{"is_deleted":false}}],"users":[],"user_groups":[]}}}
                """, (await FirstAsync(s, null, (s, user) => s.ControlAsync("PUT", "apps/default", new { contact_scope = new { user_ids = new[] { user.UserId } } }))).Json)),
        new Section("7.4", "Delivery")
            .Add("challenge before events", async s =>
            {
                await using var webhook = await Webhook.StartAsync();
                await s.ControlAsync("PUT", "subscriptions/default", new { url = webhook.Url, token = "vt" });
                Assert.Equal(1, webhook.Challenges);
            })
            .Add("encrypted and signed over the raw body", async s =>
            {
                var delivery = await FirstAsync(s, Key, RenameAsync);
                Assert.StartsWith("{\"encrypt\":", delivery.Body, StringComparison.Ordinal);
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(delivery.Timestamp + delivery.Nonce + Key + delivery.Body))), delivery.Signature);
            })
            .Add("no signature without an encrypt key", async s => Assert.Null((await FirstAsync(s, null, RenameAsync)).Signature))
            .Add("resent after 15 s, 5 min, 1 h and 6 h", async _ =>
            {
                var clock = new ManualTimeProvider();
                await using var s = await RunningSandbox.StartAsync(clock);
                await using var webhook = await Webhook.StartAsync();
                webhook.Status = () => 404;
                await s.ControlAsync("PUT", "subscriptions/default", new { url = webhook.Url, token = "vt" });
                await RenameAsync(s, s.Someone);
                var first = await webhook.NextAsync();
                foreach (var seconds in (int[])[15, 300, 3600, 21_600])
                {
                    await clock.WhenTimerAsync(due => due == TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
                    clock.Advance(TimeSpan.FromSeconds(seconds));
                    Assert.Equal(first.Body, (await webhook.NextAsync()).Body);
                }
            }),
    ];

    private static Task<Answer> RenameAsync(RunningSandbox s, TruthUser user) => s.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { name = "Renamed" });

    private static async Task<Delivery> FirstAsync(RunningSandbox s, string? key, Func<RunningSandbox, TruthUser, Task<Answer>> change)
    {
        await s.ReadTruthAsync();
        await using var webhook = await Webhook.StartAsync(key);
        await s.ControlAsync("PUT", "subscriptions/default", new { url = webhook.Url, encrypt_key = key, token = "vt" });

        // The first person of a tenant leads it and has no leader.
        await change(s, s.Main.First(user => user is { Status: "activated", Email: not null } && user != s.Main[0] && user.Departments[0] != "0"));
        return await webhook.NextAsync();
    }
}
