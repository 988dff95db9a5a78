using IdentityGrpc.Cli.Rpc;

namespace IdentityGrpc.Cli.Tests.Rpc;

public class OrderedCallsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_CallsThatEndInAnyOrder_ResultsInTheOrderOfTheItems()
    {
        var random = new Random(7);
        int[] yields = [.. Enumerable.Range(0, 20_000).Select(_ => random.Next(20))];
        int running = 0, most = 0;
        var results = await OrderedCalls.RunAsync(Enumerable.Range(0, yields.Length).ToAsyncEnumerable(), CallAsync, 4, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, yields.Length), results);
        Assert.InRange(most, 2, 4);

        async Task<int> CallAsync(int item, CancellationToken _)
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            for (int i = 0; i < yields[item]; i++) await Task.Yield();
            Interlocked.Decrement(ref running);
            return item;
        }
    }

    [Fact]
    public async Task Run_OneCallHangs_SourceIsNotReadAhead()
    {
        int read = 0;
        var hang = new TaskCompletionSource<int>();
        await using var results = OrderedCalls.RunAsync(Source(), (item, _) => item == 0 ? hang.Task : Task.FromResult(item), 4, Cancellation).GetAsyncEnumerator(Cancellation);
        var first = results.MoveNextAsync();
        Assert.False(first.IsCompleted);
        Assert.Equal(5, read);
        hang.SetResult(0);
        Assert.True(await first);

        async IAsyncEnumerable<int> Source()
        {
            while (true)
            {
                yield return read++;
                await Task.CompletedTask;
            }
        }
    }

    [Fact]
    public async Task Run_OneCallFails_TheOthersAreEnded()
    {
        int ended = 0;
        var allRun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await OrderedCalls.RunAsync(Enumerable.Range(0, 100).ToAsyncEnumerable(), CallAsync, 4, Cancellation).ToListAsync(Cancellation));
        Assert.Equal("item 1", wrong.Message);
        Assert.Equal(3, ended);

        async Task<int> CallAsync(int item, CancellationToken ending)
        {
            if (item == 0) return 0;
            if (item == 1)
            {
                await allRun.Task;
                throw new InvalidOperationException("item 1");
            }
            if (item == 4) allRun.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
            return item;
        }
    }

    [Fact]
    public async Task Run_SourceFails_WhatCameBeforeIsFinished()
    {
        List<int> results = [];
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (int result in OrderedCalls.RunAsync(Source(), CallAsync, 4, Cancellation)) results.Add(result);
        });
        Assert.Equal([1, 2, 3], results);

        static async IAsyncEnumerable<int> Source()
        {
            yield return 1;
            yield return 2;
            yield return 3;
            await Task.CompletedTask;
            throw new InvalidOperationException();
        }

        static async Task<int> CallAsync(int item, CancellationToken ending)
        {
            await Task.Yield();
            ending.ThrowIfCancellationRequested();
            return item;
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = target; seen < value && Interlocked.CompareExchange(ref target, value, seen) != seen;) seen = target;
    }
}
