using IdentityGrpc.Core.Directory;
using IdentityGrpc.Feishu.Tests.Wire;

namespace IdentityGrpc.Feishu.Tests;

public sealed class TokenTests
{
    private static readonly ScriptedAnswer s_good = Bed.Ok("""{"items":[{"open_id":"ou_ada"}]}""");

    private static string Bearer(ScriptedRequest request) => request.Headers["Authorization"];

    [Fact]
    public async Task Token_CustomApp_IsFetchedOnceAndUsedByAll()
    {
        await using var bed = new Bed().Answering(s_good);

        for (int i = 0; i < 3; i++) await bed.GetAsync();

        var fetch = Assert.Single(bed.TokenCalls);
        Assert.Equal("POST /open-apis/auth/v3/tenant_access_token/internal", $"{fetch.Method} {fetch.Target}");
        Assert.Equal("""{"app_id":"cli_main","app_secret":"sek-0f7e2c"}""", fetch.Body);
        Assert.DoesNotContain("Authorization", fetch.Headers.Keys);
        Assert.All(bed.Calls, call => Assert.Equal("Bearer t-tok1", Bearer(call)));
        Assert.Equal(1, bed.Observer.Sum("feishu.client.token.fetches", "feishu.outcome", "ok"));
    }

    [Fact]
    public async Task Token_RefusedForFiftyCallersAtOnce_CostsOneFetch()
    {
        const int Callers = 50;
        bool expired = false;
        var allIn = new TaskCompletionSource();
        int waiting = 0;
        await using var bed = new Bed(request =>
        {
            if (request.IsToken || !expired || Bearer(request) != "Bearer t-tok1") return request.IsToken ? null : s_good;
            if (Interlocked.Increment(ref waiting) == Callers) allIn.SetResult();
            return Bed.Refused(99991663) with { After = allIn.Task };
        });
        await bed.GetAsync();
        expired = true;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => bed.GetAsync()));

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.Equal(2, bed.TokenCalls.Length);
        Assert.Equal(1 + (2 * Callers), bed.Calls.Length);
        Assert.Equal(Callers, bed.Budget.Taken.Count);
    }

    [Fact]
    public async Task Token_ExpiredForFiftyCallersAtOnce_CostsOneFetch()
    {
        await using var bed = new Bed().Answering(s_good);
        await bed.GetAsync();
        bed.Clock.Advance(TimeSpan.FromHours(2));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => bed.GetAsync()));

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.Equal(2, bed.TokenCalls.Length);
    }

    [Fact]
    public async Task Token_RefusedLate_FindsItsSuccessorInsteadOfDroppingIt()
    {
        var late = new TaskCompletionSource();
        int refused = 0;
        await using var bed = new Bed(request => request.IsToken || Bearer(request) != "Bearer t-tok1" ? null
            : Bed.Refused(99991663) with { After = Interlocked.Increment(ref refused) == 1 ? late.Task : null }).Answering(s_good);

        var slow = bed.GetAsync();
        await Bed.UntilAsync(() => bed.Calls.Length == 1);
        Assert.True((await bed.GetAsync()).Succeeded);
        late.SetResult();

        Assert.True((await slow).Succeeded);
        Assert.Equal(2, bed.TokenCalls.Length);
    }

    [Theory]
    [InlineData(99991663)]
    [InlineData(99991664)]
    [InlineData(99991671)]
    public async Task Token_RefusedForEver_IsTriedTwiceAndUnavailable(int code)
    {
        await using var bed = new Bed(options: o => o.Retries = 0).Answering(Bed.Refused(code));

        var failure = (await bed.GetAsync()).Failure!;

        Assert.Equal((FailureReason.UpstreamUnavailable, code), (failure.Reason, failure.Code));
        Assert.Equal(2, bed.Calls.Length);
        Assert.Equal(2, bed.TokenCalls.Length);
        Assert.Single(bed.Budget.Taken);
    }

    [Fact]
    public async Task Token_RefusedThenOutage_StillRetriesTheOutage()
    {
        await using var bed = new Bed().Answering(Bed.Refused(99991663), ScriptedAnswer.Text("down", 500), s_good);

        Assert.True((await bed.SkipPausesAsync(bed.GetAsync())).Succeeded);
        Assert.Equal(3, bed.Calls.Length);
    }

    [Fact]
    public async Task Token_OldEnough_IsRenewedInTheBackgroundWhileItServes()
    {
        var gate = new TaskCompletionSource();
        int fetches = 0;
        await using var bed = new Bed(request => !request.IsToken ? null : ++fetches == 1 ? Bed.Token("t-tok1") : Bed.Token("t-tok2") with { After = gate.Task }).Answering(s_good);
        await bed.GetAsync();
        bed.Clock.Advance(TimeSpan.FromMinutes(109));
        await bed.GetAsync();
        Assert.Single(bed.TokenCalls);

        bed.Clock.Advance(TimeSpan.FromMinutes(1));
        await bed.GetAsync();
        await bed.GetAsync();
        await Bed.UntilAsync(() => bed.TokenCalls.Length == 2);
        Assert.All(bed.Calls, call => Assert.Equal("Bearer t-tok1", Bearer(call)));

        gate.SetResult();
        await Bed.UntilAsync(() => bed.Observer.Sum("feishu.client.token.fetches", "feishu.outcome", "ok") == 2);
        await bed.UntilBearerAsync("Bearer t-tok2");
        Assert.Equal(2, bed.TokenCalls.Length);
    }

    [Fact]
    public async Task Token_RenewalFails_KeepsTheOldOneAndRests()
    {
        int fetches = 0;
        await using var bed = new Bed(request => request.IsToken && ++fetches > 1 ? Bed.Refused(10014, 200) : null).Answering(s_good);
        await bed.GetAsync();
        bed.Clock.Advance(TimeSpan.FromMinutes(112));

        for (int i = 0; i < 20; i++) Assert.True((await bed.GetAsync()).Succeeded);
        await Bed.UntilAsync(() => bed.Observer.Logs.Any(line => line.StartsWith("TokenFailed", StringComparison.Ordinal)));
        Assert.True((await bed.GetAsync()).Succeeded);

        Assert.Equal(2, bed.TokenCalls.Length);
    }

    [Theory]
    [InlineData(7200, 7019, 7021)]
    [InlineData(8, 5.9, 6.1)]
    [InlineData(1, 0.7, 0.8)]
    public async Task Token_NearItsExpiry_IsUsedNoMore(int life, double usable, double spent)
    {
        await using var bed = new Bed(request => request.IsToken ? Bed.Token("t-tok", life) : null, o => o.TokenRenewAhead = o.TokenMargin).Answering(s_good);
        var scope = bed.Scope;
        var first = (await bed.Tokens.GetAsync(scope, Bed.Call.Cancellation)).Value;

        bed.Clock.Advance(TimeSpan.FromSeconds(usable));
        Assert.Same(first, (await bed.Tokens.GetAsync(scope, Bed.Call.Cancellation)).Value);
        await Bed.UntilAsync(() => bed.Clock.ArmedTimers == 0);
        bed.Clock.Advance(TimeSpan.FromSeconds(spent - usable));
        Assert.NotSame(first, (await bed.Tokens.GetAsync(scope, Bed.Call.Cancellation)).Value);
    }

    [Fact]
    public async Task Token_OneWaiterGivesUp_TheOthersGetTheirs()
    {
        var gate = new TaskCompletionSource();
        await using var bed = new Bed(request => request.IsToken ? Bed.Token("t-tok") with { After = gate.Task } : null).Answering(s_good);
        using var quitter = new CancellationTokenSource();

        var quits = bed.GetAsync(Bed.Call with { Cancellation = quitter.Token });
        var stays = bed.GetAsync();
        var late = bed.GetAsync(bed.Within(TimeSpan.FromSeconds(1)));
        await Bed.UntilAsync(() => bed.TokenCalls.Length == 1);
        await quitter.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => quits);
        bed.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Failure.Late, (await late).Failure);
        gate.SetResult();

        Assert.True((await stays).Succeeded);
        Assert.Single(bed.TokenCalls);
    }

    [Theory]
    [InlineData(10003)]
    [InlineData(10014)]
    [InlineData(10013)]
    public async Task Token_RefusedForGood_IsNotAskedForAgainForAMoment(int code)
    {
        bool wrong = true;
        await using var bed = new Bed(request => request.IsToken && wrong ? Bed.Refused(code, 200) : null).Answering(s_good);

        for (int i = 0; i < 20; i++)
        {
            var failure = (await bed.GetAsync()).Failure!;
            Assert.Equal((FailureReason.NoPermission, code, false), (failure.Reason, failure.Code, failure.Retryable));
        }
        Assert.Single(bed.TokenCalls);
        Assert.Empty(bed.Calls);

        wrong = false;
        bed.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await bed.GetAsync()).Succeeded);
    }

    [Fact]
    public async Task Token_EndpointDown_IsRetriedThenUnavailableThenAskedAgainAtOnce()
    {
        bool down = true;
        await using var bed = new Bed(request => request.IsToken && down ? ScriptedAnswer.Text("down", 503) : null).Answering(s_good);

        var failure = (await bed.SkipPausesAsync(bed.GetAsync())).Failure!;
        Assert.Equal((FailureReason.UpstreamUnavailable, true), (failure.Reason, failure.Retryable));
        Assert.Equal(3, bed.TokenCalls.Length);

        down = false;
        Assert.True((await bed.GetAsync()).Succeeded);
    }

    [Theory]
    [InlineData("""{"code":0,"tenant_access_token":"","expire":7200}""")]
    [InlineData("""{"code":0,"expire":7200}""")]
    [InlineData("""{"code":0,"tenant_access_token":"t-tok a\r\nX-Evil: 1","expire":7200}""")]
    [InlineData("""{"code":0,"tenant_access_token":"t-tok","expire":0}""")]
    [InlineData("""{"code":0,"tenant_access_token":"t-tok"}""")]
    public async Task Token_AnswerWithoutAUsableToken_IsUnavailable(string answer)
    {
        await using var bed = new Bed(request => request.IsToken ? ScriptedAnswer.Json(answer.Replace("\r\n", "\\r\\n", StringComparison.Ordinal)) : null, o => o.Retries = 0);

        Assert.Equal(FailureReason.UpstreamUnavailable, (await bed.GetAsync()).Failure!.Reason);
        Assert.Empty(bed.Calls);
    }

    [Fact]
    public async Task Token_ExpireAsText_IsRead()
    {
        await using var bed = new Bed(request => request.IsToken ? ScriptedAnswer.Json("""{"code":"0","tenant_access_token":"t-tok","expire":"7200"}""") : null).Answering(s_good);

        Assert.True((await bed.GetAsync()).Succeeded);
    }

    [Fact]
    public async Task StoreApp_WithTicket_FetchesAppTokenThenTenantToken()
    {
        await using var bed = new Bed(StoreScript, kind: AppKind.Store).Answering(s_good);
        await bed.Tickets.PutAsync(bed.App.Id, "tick-1", Bed.Call.Cancellation);

        Assert.True((await bed.GetAsync()).Succeeded);
        Assert.True((await bed.GetAsync()).Succeeded);

        Assert.Equal(["/open-apis/auth/v3/app_access_token", "/open-apis/auth/v3/tenant_access_token"], bed.TokenCalls.Select(call => call.Path));
        Assert.Equal("""{"app_id":"cli_main","app_secret":"sek-0f7e2c","app_ticket":"tick-1"}""", bed.TokenCalls[0].Body);
        Assert.Equal("""{"app_access_token":"a-tok","tenant_key":"tk_one"}""", bed.TokenCalls[1].Body);
        Assert.Equal("Bearer t-tok", Bearer(bed.Calls[0]));
    }

    [Fact]
    public async Task StoreApp_NoTicket_AsksForOneOnceAndFailsPassing()
    {
        await using var bed = new Bed(StoreScript, kind: AppKind.Store).Answering(s_good);

        for (int i = 0; i < 5; i++)
        {
            var failure = (await bed.GetAsync()).Failure!;
            Assert.Equal((FailureReason.UpstreamUnavailable, true, TimeSpan.FromSeconds(5)), (failure.Reason, failure.Retryable, failure.RetryAfter));
            Assert.Contains("app_ticket", failure.Message, StringComparison.Ordinal);
        }
        Assert.Equal(["/open-apis/auth/v3/app_ticket/resend"], bed.TokenCalls.Select(call => call.Path));
        Assert.Equal("""{"app_id":"cli_main","app_secret":"sek-0f7e2c"}""", bed.TokenCalls[0].Body);

        await bed.Tickets.PutAsync(bed.App.Id, "tick-2", Bed.Call.Cancellation);
        Assert.True((await bed.GetAsync()).Succeeded);
    }

    [Fact]
    public async Task StoreApp_TicketRefused_IsDroppedAndAskedForAnew()
    {
        await using var bed = new Bed(request => request.Body.Contains("tick-old", StringComparison.Ordinal) ? Bed.Refused(10012, 200) : StoreScript(request), kind: AppKind.Store).Answering(s_good);
        await bed.Tickets.PutAsync(bed.App.Id, "tick-old", Bed.Call.Cancellation);

        Assert.True((await bed.GetAsync()).Failure!.Retryable);

        Assert.Null(await bed.Tickets.FindAsync(bed.App.Id, Bed.Call.Cancellation));
        Assert.Equal("/open-apis/auth/v3/app_ticket/resend", bed.TokenCalls[^1].Path);
    }

    [Fact]
    public async Task StoreApp_AppTokenRefused_IsFetchedAnewOnce()
    {
        int fetched = 0;
        await using var bed = new Bed(request => request.Path.EndsWith("/app_access_token", StringComparison.Ordinal) ? Bed.Token($"a-tok{++fetched}", name: "app_access_token")
            : request.Path.EndsWith("/tenant_access_token", StringComparison.Ordinal) ? (fetched == 1 ? Bed.Refused(99991664) : Bed.Token("t-tok"))
            : null, kind: AppKind.Store).Answering(s_good);
        await bed.Tickets.PutAsync(bed.App.Id, "tick-1", Bed.Call.Cancellation);

        Assert.True((await bed.GetAsync()).Succeeded);
        Assert.Equal(4, bed.TokenCalls.Length);
    }

    [Fact]
    public async Task StoreApp_TicketTooOld_IsNotUsed()
    {
        await using var bed = new Bed(kind: AppKind.Store);
        await bed.Tickets.PutAsync(bed.App.Id, "tick-1", Bed.Call.Cancellation);

        bed.Clock.Advance(TimeSpan.FromHours(12));

        Assert.Null(await bed.Tickets.FindAsync(bed.App.Id, Bed.Call.Cancellation));
    }

    private static ScriptedAnswer? StoreScript(ScriptedRequest request) => request.Path switch
    {
        "/open-apis/auth/v3/app_access_token" => Bed.Token("a-tok", 7140, "app_access_token"),
        "/open-apis/auth/v3/tenant_access_token" => Bed.Token("t-tok"),
        "/open-apis/auth/v3/app_ticket/resend" => ScriptedAnswer.Json("""{"code":0,"msg":"success"}"""),
        _ => null,
    };
}
