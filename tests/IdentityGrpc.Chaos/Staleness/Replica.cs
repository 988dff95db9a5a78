using IdentityGrpc.Testing.Server;

namespace IdentityGrpc.Chaos.Staleness;

/// <summary>A replica, and what it must know.</summary>
internal sealed record Replica(string Name, RunningServer Server, Knowledge Knowledge);

/// <summary>The replicas of a run.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly List<Replica> _all = [];

    public IReadOnlyList<Replica> All => _all;

    /// <summary>Starts replicas with the same settings.</summary>
    public static async Task<Replicas> StartAsync(int count, string[] settings)
    {
        var replicas = new Replicas();
        try
        {
            while (replicas._all.Count < count) replicas._all.Add(new($"{replicas._all.Count + 1}", await RunningServer.StartAsync(settings), new()));
            return replicas;
        }
        catch
        {
            await replicas.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _all) await replica.Server.DisposeAsync();
    }
}
