namespace IdentityGrpc.Sandbox.Tests.Gateway;

public sealed class PipelineTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    private readonly RunningSandbox sandbox = shared.Sandbox;

    [Theory]
    [InlineData("GET", "/open-apis/contact/v3/nothing")]
    [InlineData("POST", "/open-apis/contact/v3/scopes")]
    [InlineData("GET", "/")]
    public async Task UnknownPathOrMethod_IsThePlainText404(string method, string path)
    {
        var answer = await sandbox.SendAsync(new HttpMethod(method), path, await sandbox.TokenAsync());
        Assert.Equal((404, "404 page not found"), (answer.Status, answer.Text));
        Assert.StartsWith("text/plain", answer.ContentType, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 99991661)]
    [InlineData("Basic abc", 99991661)]
    [InlineData("Bearer t-wrong", 99991663)]
    [InlineData("Bearer u-wrong", 99991668)]
    [InlineData("Bearer eyJwrong", 99991668)]
    [InlineData("Bearer wrong", 99991671)]
    public async Task Authorization_MissingOrWrong_Is400WithItsCode(string? header, int code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open-apis/contact/v3/users/batch?page_size=wrong");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        using var response = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        new Answer((int)response.StatusCode, response.Headers, "", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Is(400, code);
    }

    [Fact]
    public async Task Answer_Headers_CarryTheLogId()
    {
        var good = await sandbox.CallAsync("scopes");
        var bad = await sandbox.CallAsync("users/batch");
        Assert.Equal("application/json; charset=utf-8", good.ContentType);
        Assert.NotEqual(good.Header("X-Tt-Logid"), bad.Header("X-Tt-Logid"));
        Assert.Equal(bad.Header("X-Tt-Logid"), bad.Json.GetProperty("error").GetProperty("log_id").GetString());
        Assert.Null(good.Header("x-ogw-ratelimit-limit"));
    }

    [Fact]
    public async Task Fields_ComeBeforeIds() =>
        (await sandbox.CallAsync("users/ou_unknown?user_id_type=wrong")).Is(400, 99992402);

    [Fact]
    public async Task Ids_ComeBeforeContactScope() =>
        (await sandbox.CallAsync("departments/od-unknown", "narrow")).Is(400, 99992357);

    [Fact]
    public async Task RateWindow_PerSecond_IsThrottledWithTheSecondsToWait()
    {
        var clock = new ManualTimeProvider();
        await using var own = await RunningSandbox.StartAsync(clock);
        for (var i = 0; i < 50; i++)
        {
            (await own.CallAsync("scopes")).Ok();
        }

        var throttled = await own.CallAsync("scopes");
        throttled.Is(429, 99991400);
        Assert.Equal(("50", "1"), (throttled.Header("x-ogw-ratelimit-limit"), throttled.Header("x-ogw-ratelimit-reset")));

        // Buckets are per API × app × tenant.
        (await own.CallAsync("users/batch?user_ids=x")).Is(400, 99992351);
        (await own.CallAsync("scopes", "sibling")).Ok();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await own.CallAsync("scopes")).Ok();
    }

    [Fact]
    public async Task RateWindow_PerMinute_IsThrottledToItsEnd()
    {
        var clock = new ManualTimeProvider();
        await using var own = await RunningSandbox.StartAsync(clock, ("PerSecond", "10"), ("PerMinute", "15"));
        for (var i = 0; i < 15; i++)
        {
            (await own.CallAsync("scopes")).Ok();
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var throttled = await own.CallAsync("scopes");
        throttled.Is(429, 99991400);
        Assert.Equal(("15", "45"), (throttled.Header("x-ogw-ratelimit-limit"), throttled.Header("x-ogw-ratelimit-reset")));
        clock.Advance(TimeSpan.FromSeconds(45));
        (await own.CallAsync("scopes")).Ok();
    }

    [Fact]
    public async Task RateWindow_Hammered_LetsExactlyTheLimitThrough()
    {
        await using var own = await RunningSandbox.StartAsync(new ManualTimeProvider(), ("PerSecond", "200"), ("PerMinute", "1000"));
        await own.TokenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            var ok = 0;
            for (var i = 0; i < 40; i++)
            {
                ok += (await own.CallAsync("scopes")).Status == 200 ? 1 : 0;
            }

            return ok;
        })));
        Assert.Equal(200, answers.Sum());
    }

    [Fact]
    public async Task Stats_CountCallsKeysAndThrottled()
    {
        await using var own = await RunningSandbox.StartAsync(new ManualTimeProvider(), ("PerSecond", "2"));
        for (var i = 0; i < 3; i++)
        {
            await own.BatchGetIdAsync(new { emails = new[] { "a@b.c", "d@e.f" }, mobiles = new[] { "+1" } });
        }

        var row = (await own.GetAsync("/sandbox/v1/stats")).Json.GetProperty("calls").EnumerateArray()
            .Single(call => call.GetProperty("api").GetString() == "POST /open-apis/contact/v3/users/batch_get_id");
        Assert.Equal(("default", own.MainTenant), (row.GetProperty("app").GetString(), row.GetProperty("tenant_key").GetString()));
        Assert.Equal([3, 6, 1, 0], new[] { "calls", "keys", "throttled", "faults" }.Select(name => row.GetProperty(name).GetInt32()));
    }
}
