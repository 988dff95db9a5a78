using Pipelines.Sockets.Unofficial;

namespace IdentityGrpc.StandIns.Tests.Pipelines;

/// <summary>Work given to the scheduler is done once, whatever else goes on.</summary>
public sealed class SchedulerTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(4, 10)]
    [InlineData(4, int.MaxValue)]
    public async Task Schedule_FromManyThreads_RunsEachItemOnce(int workers, int queueLength)
    {
        const int producers = 8;
        const int each = 5_000;
        var runs = new int[producers * each];
        var left = runs.Length;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var scheduler = new DedicatedThreadPoolPipeScheduler(
            "test", workerCount: workers, useThreadPoolQueueLength: queueLength);

        await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(
            () =>
            {
                for (var i = 0; i < each; i++)
                {
                    scheduler.Schedule(Run, producer * each + i);
                }
            },
            Cancel)));
        await done.Task.WaitAsync(s_limit, Cancel);

        Assert.All(runs, count => Assert.Equal(1, count));
        Assert.Equal(runs.Length, scheduler.TotalServicedByQueue + scheduler.TotalServicedByPool);

        void Run(object? state)
        {
            Interlocked.Increment(ref runs[(int)state!]);
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.TrySetResult();
            }
        }
    }

    [Fact]
    public async Task Schedule_AfterAnItemThatThrows_StillRuns()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("test", workerCount: 1);
        var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        scheduler.Schedule(_ => throw new InvalidOperationException("one bad item"), null);
        scheduler.Schedule(_ => ran.TrySetResult(), null);

        await ran.Task.WaitAsync(s_limit, Cancel);
    }

    [Fact]
    public async Task Schedule_AfterDispose_RunsOnTheSharedPool()
    {
        var scheduler = new DedicatedThreadPoolPipeScheduler("test", workerCount: 1);
        scheduler.Dispose();
        var onPool = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

        scheduler.Schedule(_ => onPool.TrySetResult(Thread.CurrentThread.IsThreadPoolThread), null);

        Assert.True(await onPool.Task.WaitAsync(s_limit, Cancel));
    }
}
