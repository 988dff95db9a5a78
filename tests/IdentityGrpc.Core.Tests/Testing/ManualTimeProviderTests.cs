using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Testing;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Advance_SeveralTimers_FireInOrderAtTheirOwnTimes()
    {
        var start = _clock.GetUtcNow();
        var fired = new List<(string Name, TimeSpan At)>();
        void Arm(string name, int seconds) => _clock.CreateTimer(_ => fired.Add((name, _clock.GetUtcNow() - start)), null,
            TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        Arm("late", 3);
        Arm("first", 1);
        Arm("same, later armed", 1);
        Arm("beyond", 10);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("first", TimeSpan.FromSeconds(1)), ("same, later armed", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(3))], fired);
        Assert.Equal(TimeSpan.FromSeconds(5), _clock.GetUtcNow() - start);
        Assert.Equal(TimeSpan.FromSeconds(5), _clock.GetElapsedTime(0));
        Assert.Equal(1, _clock.ArmedTimers);
    }

    [Fact]
    public void Advance_PeriodicTimer_FiresEachPeriodUntilDisposed()
    {
        int fired = 0;
        var timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(5));
        timer.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(3, fired);
        Assert.Equal(0, _clock.ArmedTimers);
        Assert.False(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void Advance_TimerArmedByACallback_FiresInTheSameAdvance()
    {
        bool second = false;
        _clock.CreateTimer(_ => _clock.CreateTimer(_ => second = true, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan),
            null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.True(second);
    }

    [Fact]
    public async Task CreateTimer_DueAtOnce_FiresWithoutAdvance()
    {
        var fired = new TaskCompletionSource();

        _clock.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task WhenTimerAsync_TimerArmedBeforeOrAfter_TellsItsRemainingTime()
    {
        var later = _clock.WhenTimerAsync(due => due > TimeSpan.FromSeconds(5), Cancellation);
        var delay = Task.Delay(TimeSpan.FromSeconds(2), _clock, Cancellation);

        Assert.Equal(TimeSpan.FromSeconds(2), await _clock.WhenTimerAsync(_ => true, Cancellation));
        Assert.False(later.IsCompleted);

        var longer = Task.Delay(TimeSpan.FromSeconds(9), _clock, Cancellation);
        Assert.Equal(TimeSpan.FromSeconds(9), await later);
        _clock.Advance(TimeSpan.FromSeconds(9));
        await Task.WhenAll(delay, longer);
    }

    [Fact]
    public async Task Advance_HammeredByManyThreads_EveryTimerFiresOnce()
    {
        const int Threads = 8, TimersEach = 500;
        int fired = 0;
        var workers = Enumerable.Range(0, Threads).Select(worker => Task.Run(() =>
        {
            for (int i = 0; i < TimersEach; i++)
            {
                _clock.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.FromMilliseconds(1 + (i % 7)), Timeout.InfiniteTimeSpan);
                if (i % 10 == worker) _clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        }, Cancellation));

        await Task.WhenAll(workers);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Threads * TimersEach, fired);
        Assert.Equal(0, _clock.ArmedTimers);
    }
}
