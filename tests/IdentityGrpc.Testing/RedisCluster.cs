using System.Diagnostics;
using System.Globalization;

namespace IdentityGrpc.Testing;

/// <summary>A real Redis Cluster of masters without replicas, on loopback; the slots are spread evenly.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly List<RedisServer> _masters = [];

    private RedisCluster() { }

    /// <summary>The masters, each of which can be stopped, frozen and started again by itself.</summary>
    public IReadOnlyList<RedisServer> Masters => _masters;

    /// <summary>All masters, for StackExchange.Redis; settings can follow after a comma.</summary>
    public string ConnectionString => string.Join(',', _masters.Select(master => master.ConnectionString));

    /// <summary>Starts a cluster and waits until all slots are served.</summary>
    /// <param name="masters">How many; Redis wants three at least.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">
    /// <c>redis-server</c> or <c>redis-cli</c> is not installed, or the cluster did not form.
    /// </exception>
    public static async Task<RedisCluster> StartNewAsync(int masters = 3, CancellationToken cancellationToken = default)
    {
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i < masters; i++)
            {
                cluster._masters.Add(await RedisServer.StartNewAsync(Options(), cancellationToken));
            }

            await cluster.JoinAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var master in _masters)
        {
            await master.DisposeAsync();
        }
    }

    private static string[] Options() =>
    [
        "--cluster-enabled", "yes",
        "--cluster-port", FreePort.Next().ToString(CultureInfo.InvariantCulture),
        "--cluster-node-timeout", "2000",
    ];

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        using var cli = Process.Start(new ProcessStartInfo(
            "redis-cli",
            ["--cluster", "create", .. _masters.Select(master => master.ConnectionString), "--cluster-yes"])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("'redis-cli' cannot be run.");
        var output = await cli.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);
        await cli.WaitForExitAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);
        if (cli.ExitCode != 0)
        {
            throw new InvalidOperationException($"The Redis Cluster did not form:\n{output}");
        }

        // redis-cli is content when the nodes agree on the slots; each serves them a moment later.
        await Task.WhenAll(_masters.Select(master =>
            master.WaitForLogAsync("Cluster state changed: ok", cancellationToken)));
    }
}
