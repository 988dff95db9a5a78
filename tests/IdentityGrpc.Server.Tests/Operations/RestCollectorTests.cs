using IdentityGrpc.Server.Operations;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Server.Tests.Operations;

/// <summary>Young objects are collected at rest, where there are many, and at no other time.</summary>
public sealed class RestCollectorTests : IDisposable
{
    private const long Much = RestCollector.WorthCollecting;
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedRuntime _runtime = new();
    private readonly RestCollector _collector;

    public RestCollectorTests()
    {
        _collector = new(_runtime, _time);
        _collector.StartAsync(CancellationToken.None);
    }

    public void Dispose() => _collector.Dispose();

    [Fact]
    public void AtRest_AfterMuchWasAllocated_ItCollectsOnce()
    {
        for (int burst = 1; burst <= 3; burst++)
        {
            _runtime.Work(Much, RestCollector.Interval);
            _time.Advance(RestCollector.Interval);
            Assert.Equal(burst - 1, _runtime.Collections);
            _time.Advance(10 * RestCollector.Interval);
            Assert.Equal(burst, _runtime.Collections);
        }
    }

    [Fact]
    public void AtWork_ItNeverCollects()
    {
        for (int i = 0; i < 20; i++)
        {
            _runtime.Work(Much, RestCollector.Interval / 5);
            _time.Advance(RestCollector.Interval);
        }
        Assert.Equal(0, _runtime.Collections);
    }

    [Fact]
    public void AtRest_WhereLittleWasAllocatedSinceTheRuntimesOwnCollection_ItLetsThatBe()
    {
        _runtime.Work(Much, RestCollector.Interval);
        _runtime.Collect();
        _time.Advance(RestCollector.Interval);
        _runtime.Work(Much - 1, TimeSpan.Zero);
        _time.Advance(10 * RestCollector.Interval);
        Assert.Equal(1, _runtime.Collections);
    }

    [Fact]
    public async Task Stopped_ItLooksNoMore()
    {
        await _collector.StopAsync(CancellationToken.None);
        _runtime.Work(Much, TimeSpan.Zero);
        _time.Advance(10 * RestCollector.Interval);
        Assert.Equal(0, _runtime.Collections);
    }

    private sealed class ScriptedRuntime : ICollectedRuntime
    {
        public TimeSpan ProcessorTime { get; private set; }

        public long Allocated { get; private set; }

        public int Collections { get; private set; }

        public void Work(long bytes, TimeSpan processorTime)
        {
            Allocated += bytes;
            ProcessorTime += processorTime;
        }

        public void Collect() => Collections++;
    }
}
