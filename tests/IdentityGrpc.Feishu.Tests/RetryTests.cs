using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Telemetry;
using IdentityGrpc.Feishu.Http;
using IdentityGrpc.Feishu.Tests.Wire;

namespace IdentityGrpc.Feishu.Tests;

public sealed class RetryTests
{
    private static readonly ScriptedAnswer s_good = Bed.Ok("""{"items":[{"open_id":"ou_ada"}]}"""), s_down = ScriptedAnswer.Text("down", 500);

    private static ScriptedAnswer Throttled(string? reset) =>
        ScriptedAnswer.Json("""{"code":99991400,"msg":"request trigger frequency limit"}""", 429, reset is null ? [] : ["x-ogw-ratelimit-limit: 50", $"x-ogw-ratelimit-reset: {reset}"]);

    [Fact]
    public async Task Call_Fails_PausesGrowAreCutAtRandomAndBounded()
    {
        await using var bed = new Bed(options: o => (o.Retries, o.RetryDelay, o.MaxRetryDelay) = (6, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2))).Answering(s_down);
        var task = bed.GetAsync();
        var pauses = new List<double>();
        while (pauses.Count < 6)
        {
            pauses.Add((await bed.Clock.WhenTimerAsync(due => due <= TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken)).TotalMilliseconds);
            bed.Clock.Advance(TimeSpan.FromMilliseconds(pauses[^1]));
        }
        await task;

        double[] full = [200, 400, 800, 1600, 2000, 2000];
        Assert.All(pauses.Zip(full), pair => Assert.InRange(pair.First, (pair.Second / 2) - 1, pair.Second));
        Assert.Contains(pauses.Zip(full), pair => pair.First < pair.Second * 0.95);
        Assert.Equal(7, bed.Calls.Length);
    }

    [Fact]
    public async Task Call_Fails_EachFurtherTryTakesAPermitOfItsOwn()
    {
        await using var bed = new Bed().Answering(s_down, s_down, s_good);

        Assert.True((await bed.SkipPausesAsync(bed.GetAsync())).Succeeded);

        var key = new BudgetKey(Apis.UsersBatch, bed.Scope);
        Assert.Equal([key, key], bed.Budget.Taken);
    }

    // The asker may have its hands full with the answer; its permit has told the budget by then.
    [Fact]
    public async Task Call_Answered_TellsThePermitThatTheAskerHolds()
    {
        await using var bed = new Bed().Answering(s_good);
        using var metrics = new CoreMetrics();
        using var budget = new LocalBudget(new() { Default = new(1, 60), Guard = TimeSpan.Zero }, bed.Clock, metrics);
        var key = new BudgetKey(Apis.UsersBatch, bed.Scope);
        using var permit = (await budget.TakeAsync(key, Bed.Call)).Value!;

        Assert.True((await bed.GetAsync(Bed.Call with { Permit = permit })).Succeeded);

        bed.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, budget.LeastWait(key, Priority.Interactive, 0));
        Assert.DoesNotContain(budget.Snapshot(), f => f.Used.Second > 0);
    }

    [Fact]
    public async Task Call_BudgetDeniesAFurtherTry_AnswersTheDenial()
    {
        await using var bed = new Bed().Answering(s_down);
        bed.Budget.Denial = new(FailureReason.BudgetExhausted, "No room.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(9) };

        var outcome = await bed.SkipPausesAsync(bed.GetAsync());

        Assert.Same(bed.Budget.Denial, outcome.Failure);
        Assert.Single(bed.Calls);
    }

    [Fact]
    public async Task Call_NoRetriesConfigured_TriesOnce()
    {
        await using var bed = new Bed(options: o => o.Retries = 0).Answering(s_down);

        Assert.False((await bed.GetAsync()).Succeeded);
        Assert.Single(bed.Calls);
    }

    [Theory]
    [InlineData("0.35", 350)]
    [InlineData("12", 12_000)]
    [InlineData("9999", 120_000)]
    [InlineData(null, 1_000)]
    [InlineData("soon", 1_000)]
    [InlineData("-1", 1_000)]
    [InlineData("NaN", 1_000)]
    public async Task Call_Throttled_WaitsAsLongAsThePlatformSaysAndTellsTheBudget(string? reset, int milliseconds)
    {
        await using var bed = new Bed().Answering(Throttled(reset), s_good);
        var pause = TimeSpan.FromMilliseconds(milliseconds);

        var task = bed.GetAsync();
        await bed.Clock.WhenTimerAsync(due => due == pause, TestContext.Current.CancellationToken);
        Assert.Equal((new BudgetKey(Apis.UsersBatch, bed.Scope), pause), Assert.Single(bed.Budget.Pauses));
        Assert.Single(bed.Calls);
        bed.Clock.Advance(pause);

        Assert.True((await task).Succeeded);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    public async Task Call_ThrottledByOldApis_IsToldByTheCode(int status)
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Json("""{"code":99991400}""", status), s_good);

        Assert.True((await bed.SkipPausesAsync(bed.GetAsync())).Succeeded);
        Assert.Single(bed.Budget.Pauses);
    }

    [Fact]
    public async Task Call_ThrottledWithoutABody_IsToldByTheStatus()
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Text("slow down", 429), s_good);

        Assert.True((await bed.SkipPausesAsync(bed.GetAsync())).Succeeded);
        Assert.Single(bed.Budget.Pauses);
    }

    [Fact]
    public async Task Call_ThrottledPastTheDeadline_FailsAtOnceWithTheTimeToComeBack()
    {
        await using var bed = new Bed().Answering(Throttled("12.5"));

        var failure = (await bed.GetAsync(bed.Within(TimeSpan.FromSeconds(12)))).Failure!;

        Assert.Equal((FailureReason.BudgetExhausted, true, TimeSpan.FromSeconds(12.5)), (failure.Reason, failure.Retryable, failure.RetryAfter));
        Assert.Single(bed.Calls);
        Assert.Single(bed.Budget.Pauses);
    }

    [Fact]
    public async Task Call_PauseWouldPassTheDeadline_FailsAtOnceWithItsOwnReason()
    {
        await using var bed = new Bed().Answering(s_down);

        var failure = (await bed.GetAsync(bed.Within(TimeSpan.FromMilliseconds(90)))).Failure!;

        Assert.Equal((FailureReason.UpstreamUnavailable, false), (failure.Reason, failure.DeadlinePassed));
        Assert.Single(bed.Calls);
    }

    [Fact]
    public async Task Call_DeadlinePassesDuringATry_IsLate()
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Nothing(Ending.Silence));

        var task = bed.GetAsync(bed.Within(TimeSpan.FromSeconds(3)));
        await Bed.UntilAsync(() => bed.Calls.Length == 1);
        bed.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(Failure.Late, (await task).Failure);
        Assert.Equal(1, bed.Observer.Sum("feishu.client.calls", "feishu.outcome", "deadline"));
    }

    [Fact]
    public async Task Call_DeadlineAlreadyPassed_MakesNoTry()
    {
        await using var bed = new Bed();

        Assert.Equal(Failure.Late, (await bed.GetAsync(bed.Within(TimeSpan.Zero))).Failure);
        Assert.Empty(bed.Server.Requests);
    }

    [Fact]
    public async Task Call_Cancelled_ThrowsForTheGivenToken()
    {
        await using var bed = new Bed().Answering(ScriptedAnswer.Nothing(Ending.Silence));
        using var asker = new CancellationTokenSource();

        var task = bed.GetAsync(Bed.Call with { Cancellation = asker.Token });
        await Bed.UntilAsync(() => bed.Calls.Length == 1);
        await asker.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.Equal(asker.Token, thrown.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bed.GetAsync(Bed.Call with { Cancellation = asker.Token }));
        Assert.Equal(2, bed.Observer.Sum("feishu.client.calls", "feishu.outcome", "cancelled"));
    }

    [Fact]
    public async Task Call_Done_LeavesNoTimerBehind()
    {
        await using var bed = new Bed().Answering(s_down, s_good);

        await bed.SkipPausesAsync(bed.GetAsync(bed.Within(TimeSpan.FromSeconds(30))));

        Assert.Equal(0, bed.Clock.ArmedTimers);
    }

    [Fact]
    public async Task Breaker_HalfOfTheTriesFail_OpensWaitsAndClosesAgain()
    {
        await using var bed = new Bed(options: o => (o.Retries, o.BreakerMinimumTries) = (0, 4)).Answering(s_down);
        for (int i = 0; i < 3; i++) await bed.GetAsync();

        var open = (await bed.GetAsync()).Failure!;
        int calls = bed.Calls.Length;
        Assert.Equal((FailureReason.UpstreamUnavailable, true), (open.Reason, open.Retryable));
        Assert.Equal(TimeSpan.FromSeconds(5), open.RetryAfter);
        Assert.Equal(1, bed.Observer.Gauge("feishu.client.breaker.state"));

        bed.Answering(s_good);
        Assert.False((await bed.GetAsync()).Succeeded);
        Assert.Equal(calls, bed.Calls.Length);
        bed.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await bed.GetAsync()).Succeeded);
        Assert.Equal(0, bed.Observer.Gauge("feishu.client.breaker.state"));
        Assert.Contains(bed.Observer.Logs, line => line.StartsWith("BreakerOpened", StringComparison.Ordinal));
        Assert.Contains(bed.Observer.Logs, line => line.StartsWith("BreakerClosed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(99991672)]
    [InlineData(99992351)]
    [InlineData(99991400)]
    public async Task Breaker_Refusals_AreNoOutage(int code)
    {
        await using var bed = new Bed(options: o => (o.Retries, o.BreakerMinimumTries) = (0, 2)).Answering(Bed.Refused(code));

        for (int i = 0; i < 10; i++) await bed.GetAsync();

        Assert.Equal(10, bed.Calls.Length);
        Assert.Equal(0, bed.Observer.Gauge("feishu.client.breaker.state"));
    }

    [Fact]
    public void Jitter_HammeredByManyThreads_StaysWithinItsBounds()
    {
        var jitter = new Jitter(new Random(1));
        var options = new FeishuOptions();

        Parallel.For(0, 10_000, i => Assert.InRange(jitter.Pause(options, i % 2000), TimeSpan.FromMilliseconds(100), options.MaxRetryDelay));
    }
}
