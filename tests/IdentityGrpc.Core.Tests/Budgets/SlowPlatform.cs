using IdentityGrpc.Core.Budgets;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>
/// Calls that take their time: the platform counts each at some moment between its permit and its answer, no sooner and
/// no later than the way there and back allows.
/// </summary>
internal sealed class SlowPlatform(Random random, TimeSpan way, TimeSpan mostDelay)
{
    private readonly PriorityQueue<Permit, TimeSpan> _underWay = new();

    /// <summary>When it counted calls.</summary>
    public List<TimeSpan> Counted { get; } = [];

    public int UnderWay => _underWay.Count;

    public void Send(Permit permit, TimeSpan now)
    {
        // Most calls are quick; a few are very late.
        double delay = random.Next(20) == 0 ? random.NextDouble() : random.NextDouble() * 0.1;
        var extra = mostDelay * delay;
        var answered = now + 2 * way + extra;
        Counted.Add(now + way + random.NextDouble() * extra);
        _underWay.Enqueue(permit, answered);
    }

    /// <summary>Gives the answers that are due.</summary>
    public void Answer(TimeSpan now)
    {
        while (_underWay.TryPeek(out var permit, out var answered) && answered <= now)
        {
            _underWay.Dequeue();
            permit.Answered();
        }
    }
}
