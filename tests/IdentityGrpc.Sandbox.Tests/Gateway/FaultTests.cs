using System.Net;

namespace IdentityGrpc.Sandbox.Tests.Gateway;

public sealed class FaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_GivenThreeTimes_ThenGoodAgain()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.ControlAsync("PUT", "faults", new { api = "GET /open-apis/contact/v3/scopes", app = "default", kind = "status", status = 503, times = 3 });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(503, (await sandbox.CallAsync("scopes")).Status);
        }

        (await sandbox.CallAsync("scopes")).Ok();
        (await sandbox.CallAsync("scopes", "sibling")).Ok();
        var stats = (await sandbox.GetAsync("/sandbox/v1/stats")).Json.GetProperty("calls").EnumerateArray()
            .Single(row => row.GetProperty("api").GetString() == "GET /open-apis/contact/v3/scopes" && row.GetProperty("app").GetString() == "default");
        Assert.Equal((4, 3), (stats.GetProperty("calls").GetInt32(), stats.GetProperty("faults").GetInt32()));
        await sandbox.ControlAsync("DELETE", "stats");
        Assert.Empty((await sandbox.GetAsync("/sandbox/v1/stats")).Json.GetProperty("calls").EnumerateArray());
    }

    [Fact]
    public async Task Status429_WithReset_CarriesTheHeaders()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.ControlAsync("PUT", "faults", new { kind = "status", status = 429, reset_seconds = 7, times = 2 });
        await sandbox.GetAsync("/sandbox/v1/faults");
        var answer = await sandbox.PostAsync("/open-apis/auth/v3/tenant_access_token/internal", sandbox.Credentials("default"));
        answer.Is(429, 99991400);
        Assert.Equal("7", answer.Header("x-ogw-ratelimit-reset"));
    }

    [Theory]
    [InlineData(99991663, null, 400)]
    [InlineData(99991400, 200, 200)]
    [InlineData(99991400, null, 429)]
    [InlineData(40004, null, 403)]
    public async Task Code_WithOrWithoutStatus_Answers(int code, int? status, int expected)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.TokenAsync();
        await sandbox.ControlAsync("PUT", "faults", new { kind = "code", code, status });
        (await sandbox.CallAsync("scopes")).Is(expected, code);
        await sandbox.ControlAsync("DELETE", "faults");
        (await sandbox.CallAsync("scopes")).Ok();
    }

    [Fact]
    public async Task Reset_BeforeHeadersAndInTheBody_BreaksTheCall()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.TokenAsync();
        await sandbox.ControlAsync("PUT", "faults", new { kind = "reset", times = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.CallAsync("scopes"));
        await sandbox.ControlAsync("PUT", "faults", new { kind = "reset", at = "body", times = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open-apis/contact/v3/scopes");
        request.Headers.Authorization = new("Bearer", await sandbox.TokenAsync());
        using var response = await sandbox.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var broken = await Record.ExceptionAsync(() => response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.True(broken is HttpRequestException or IOException, broken?.ToString() ?? "The body was whole.");
        (await sandbox.CallAsync("scopes")).Ok();
    }

    [Fact]
    public async Task TruncateAndMalformed_AreCompleteAnswersThatAreNoJson()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.TokenAsync();
        foreach (var fault in (object[])[new { kind = "truncate", times = 1 }, new { kind = "malformed", times = 1 }])
        {
            await sandbox.ControlAsync("PUT", "faults", fault);
            var answer = await sandbox.CallAsync("scopes");
            Assert.Equal(200, answer.Status);
            Assert.ThrowsAny<System.Text.Json.JsonException>(() => answer.Json);
        }

        await sandbox.ControlAsync("PUT", "faults", new { kind = "malformed", body = "html", times = 1 });
        var html = await sandbox.CallAsync("scopes");
        Assert.Equal((502, "text/html"), (html.Status, html.ContentType));
        await sandbox.ControlAsync("PUT", "faults", new { kind = "malformed", body = "empty", times = 1 });
        var empty = await sandbox.CallAsync("scopes");
        Assert.Equal((200, ""), (empty.Status, empty.Text));
    }

    [Fact]
    public async Task Latency_OnTheClock_DelaysWhatWasReadBefore()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock);
        var user = sandbox.Someone;
        await sandbox.TokenAsync();
        await sandbox.ControlAsync("PUT", "faults", new { kind = "latency", latency_ms = 5000, times = 1 });
        var late = sandbox.CallAsync($"users/{user.OpenId("default")}");
        await clock.WhenTimerAsync(wait => wait == TimeSpan.FromSeconds(5), Cancellation);
        await sandbox.ControlAsync("PATCH", $"users/{user.Tenant}/{user.UserId}", new { user_id = "later" });
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(user.UserId, (await late).Ok().Data.GetProperty("user").GetProperty("user_id").GetString());
    }

    [Fact]
    public async Task Drip_OnTheClock_ArrivesWhole()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        await sandbox.TokenAsync();
        await sandbox.ControlAsync("PUT", "faults", new { kind = "drip", latency_ms = 1, times = 1 });
        (await sandbox.CallAsync("scopes")).Ok();
    }

    [Fact]
    public async Task Silence_UntilTheTimeIsUp_EndsWithoutAnAnswer()
    {
        var clock = new ManualTimeProvider();
        await using var sandbox = await RunningSandbox.StartAsync(clock);
        await sandbox.TokenAsync();
        await sandbox.ControlAsync("PUT", "faults", new { kind = "silence", latency_ms = 30_000, times = 1 });
        var silent = sandbox.CallAsync("scopes");
        await clock.WhenTimerAsync(wait => wait == TimeSpan.FromSeconds(30), Cancellation);
        Assert.False(silent.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<HttpRequestException>(() => silent);
    }

    [Fact]
    public async Task Probability_OfAThird_HitsAboutAThird()
    {
        await using var sandbox = await RunningSandbox.StartAsync(null, ("PerSecond", "100000"), ("PerMinute", "100000"));
        await sandbox.ControlAsync("PUT", "faults", new { api = "GET /open-apis/contact/v3/scopes", kind = "status", status = 500, probability = 0.33 });
        var hit = 0;
        for (var i = 0; i < 300; i++)
        {
            hit += (await sandbox.CallAsync("scopes")).Status == 500 ? 1 : 0;
        }

        Assert.InRange(hit, 60, 140);
    }

    [Fact]
    public async Task Times_HammeredByMany_AreGivenExactly()
    {
        await using var sandbox = await RunningSandbox.StartAsync(null, ("PerSecond", "100000"), ("PerMinute", "100000"));
        await sandbox.TokenAsync();
        await sandbox.ControlAsync("PUT", "faults", new { kind = "status", status = 500, times = 37 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => sandbox.CallAsync("scopes"))));
        Assert.Equal(37, answers.Count(answer => answer.Status == 500));
    }

    [Fact]
    public async Task Put_WrongFault_NamesAllMistakes()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var answer = await sandbox.SendAsync(HttpMethod.Put, "/sandbox/v1/faults", null, new { kind = "explode", api = "GET /x", app = "nobody", times = 0, probability = 2, colour = "red" });
        Assert.Equal((400, 6), (answer.Status, answer.Json.GetProperty("errors").GetArrayLength()));
        Assert.Equal(400, (await sandbox.SendAsync(HttpMethod.Put, "/sandbox/v1/faults", null, new { kind = "latency" })).Status);
    }
}
