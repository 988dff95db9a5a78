using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Core.Tests.Budgets;

/// <summary>Whatever happens to the store and the replicas, no window of the platform holds more than its limit.</summary>
public class ReplicaBudgetProperties(ITestOutputHelper output)
{
    private const int Schedules = 300, Groups = 20;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_minute = TimeSpan.FromMinutes(1);

    public static TheoryData<int> SeedGroups => [.. Enumerable.Range(0, Groups)];

    [Theory]
    [MemberData(nameof(SeedGroups))]
    public async Task TakeAsync_StoreComesAndGoesAtRandom_NoWindowHoldsMoreThanItsLimit(int group)
    {
        for (int seed = group; seed < Schedules; seed += Groups) await RunAsync(seed);
    }

    private async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var limit = new RateLimit(random.Next(5, 20), random.Next(20, 300));
        await using var rig = new ReplicaRig(new() { Default = limit, Replicas = 4, Guard = TimeSpan.FromMilliseconds(20) }, seed, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(random.Next(10, 1_500)));
        for (int i = random.Next(2, 5); i > 0; i--) rig.Start();
        rig.Run(2 * s_second);
        MoveLoad();
        for (int i = 0; i < 6; i++)
        {
            switch (random.Next(4))
            {
                case 0: // lost, and back with or without its memory; each replica notices in its own time
                    foreach (var replica in rig.Alive) replica.Access.IsCut = true;
                    rig.Run(random.NextDouble() * (random.Next(4) == 0 ? 90 : 12) * s_second);
                    if (random.Next(2) == 0) rig.Store.Forget();
                    foreach (var replica in rig.Alive)
                    {
                        replica.Access.IsCut = false;
                        rig.Run(random.NextDouble() * 0.5 * s_second);
                    }
                    break;
                case 1: // emptied while it runs
                    rig.Store.Forget();
                    break;
                case 2:
                    MoveLoad();
                    break;
                default: // a replica is killed, and soon after the store forgets
                    var alive = rig.Alive.ToArray();
                    await alive[random.Next(alive.Length)].KillAsync();
                    rig.Run(random.NextDouble() * 2 * s_second);
                    if (random.Next(2) == 0) rig.Store.Forget();
                    rig.Start().Demand = random.Next(1, 30);
                    break;
            }
            rig.Run(random.NextDouble() * 12 * s_second);
        }

        var counted = rig.Counted;
        output.WriteLine($"{seed}: {counted.Count} calls in {rig.Elapsed}; {limit}; at most {Windows.Most(counted, s_second)} and {Windows.Most(counted, s_minute)}");
        Assert.InRange(Windows.Most(counted, s_second), 0, limit.PerSecond);
        Assert.InRange(Windows.Most(counted, s_minute), 0, limit.PerMinute);

        void MoveLoad()
        {
            foreach (var replica in rig.Alive)
            {
                replica.Demand = random.Next(3) == 0 ? 0 : random.Next(1, 30);
                replica.Priority = random.Next(2) == 0 ? Priority.Bulk : Priority.Interactive;
            }
        }
    }
}
