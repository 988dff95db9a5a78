using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>The thread on which calls go on that have waited for their permit, and its timers.</summary>
public class CallThreadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_TaskHasYetToEnd_GoesOnThereAndWhatIsAwaitedNextDoesNot()
    {
        var (first, next) = (New<int>(), New<int>());
        var (waits, there) = (New<int>(), New<(string?, TaskScheduler)>());
        var isBack = Task.Run(() =>
        {
            var waiting = WaitAsync();
            waits.SetResult(0);
            return waiting;
        }, Cancellation);
        await waits.Task.WaitAsync(Cancellation);
        first.SetResult(1);
        Assert.Equal(("Calls", TaskScheduler.Default), await there.Task.WaitAsync(Cancellation));
        next.SetResult(2);
        Assert.True(await isBack.WaitAsync(Cancellation));

        async Task<bool> WaitAsync()
        {
            await CallThread.Wait(first.Task);
            there.SetResult((Thread.CurrentThread.Name, TaskScheduler.Current));
            await next.Task;
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    [Fact]
    public async Task Wait_TaskFailsOrIsCancelled_ThrowsWhatItDoes()
    {
        var failed = New<int>();
        var waiting = Task.Run(async () => await CallThread.Wait(failed.Task), Cancellation);
        failed.SetException(new IOException("lost"));
        Assert.Equal("lost", (await Assert.ThrowsAsync<IOException>(() => waiting)).Message);
        var cancelled = New<int>();
        waiting = Task.Run(async () => await CallThread.Wait(cancelled.Task), Cancellation);
        cancelled.SetCanceled(new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task CreateTimer_Hammered_FiresEachOnceInTheEndNoneTooEarlyAndNoneThatIsGone()
    {
        const int Timers = 200, Changes = 50;
        var time = CallThread.TimersOf(TimeProvider.System);
        var all = Enumerable.Range(0, Timers).Select(_ => new Firing(time)).ToList();
        await Parallel.ForEachAsync(all, Cancellation, async (firing, _) =>
        {
            for (int i = 0; i < Changes; i++)
            {
                firing.Set(i % 2 == 0 ? TimeSpan.FromHours(1) : TimeSpan.MaxValue);
                if (i % 10 == 0) await Task.Yield();
            }
            firing.Set(TimeSpan.FromMilliseconds(20));
        });
        await Task.WhenAll(all.Select(f => f.Fired)).WaitAsync(Cancellation);
        Assert.All(all, f => Assert.Equal((1, false), (f.Count, f.WasEarly)));

        using var gone = new Firing(time);
        gone.Set(TimeSpan.FromMilliseconds(300));
        gone.Dispose();
        all[0].Again(TimeSpan.FromMilliseconds(400));
        await all[0].Fired.WaitAsync(Cancellation);
        Assert.Equal(0, gone.Count);
        foreach (var firing in all) firing.Dispose();
    }

    [Fact]
    public void CreateTimer_WithAPeriod_Throws() =>
        Assert.Throws<NotSupportedException>(() => CallThread.TimersOf(TimeProvider.System).CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromSeconds(1)));

    [Fact]
    public void TimersOf_ManualClock_IsThatClock()
    {
        var clock = new ManualTimeProvider();
        Assert.Same(clock, CallThread.TimersOf(clock));
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Firing : IDisposable
    {
        private readonly TimeProvider _time;
        private readonly ITimer _timer;
        private TaskCompletionSource<int> _fired = New<int>();
        private long _due;

        public Firing(TimeProvider time)
        {
            _time = time;
            _timer = time.CreateTimer(static firing => ((Firing)firing!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public int Count { get; private set; }

        public bool WasEarly { get; private set; }

        public Task Fired => _fired.Task;

        public void Set(TimeSpan after)
        {
            Volatile.Write(ref _due, _time.GetTimestamp() + (long)(after.TotalSeconds * _time.TimestampFrequency));
            _timer.Change(after, Timeout.InfiniteTimeSpan);
        }

        public void Again(TimeSpan after)
        {
            _fired = New<int>();
            Set(after);
        }

        public void Dispose() => _timer.Dispose();

        private void Fire()
        {
            Count++;
            WasEarly |= _time.GetTimestamp() < Volatile.Read(ref _due) - _time.TimestampFrequency / 10_000;
            _fired.TrySetResult(Count);
        }
    }
}
