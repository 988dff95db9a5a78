using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace IdentityGrpc.Load.Batching;

/// <summary>A job over several replicas: what a killed one had not answered is asked of another.</summary>
/// <param name="replicas">What calls each.</param>
/// <param name="callsAtOnce">Calls under way at once.</param>
/// <param name="parts">The calls of each replica: all take their part, as of any client that takes them in turn.</param>
/// <param name="disturb">Called once when a third of the calls are done (1), and once when two thirds are (2).</param>
internal sealed class KeyJob(IReadOnlyList<CallInvoker> replicas, int callsAtOnce, IEnumerable<IEnumerable<KeyChunk>> parts, Func<int, Task>? disturb)
{
    private readonly List<List<KeyChunk>> _parts = [.. parts.Select(p => p.ToList())];
    private readonly bool[] _isGone = new bool[replicas.Count];
    private int _repeated, _done;

    /// <summary>Keys without their right answer, once it has run.</summary>
    public int CountMissed() => _parts.Sum(p => p.Sum(c => c.CountMissed()));

    /// <summary>Calls that were sent again.</summary>
    public int Repeated => _repeated;

    /// <summary>Runs it to its end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        int workers = Math.Max(callsAtOnce, 2 * replicas.Count);
        ConcurrentQueue<KeyChunk>[] waiting = [.. _parts.Select(p => new ConcurrentQueue<KeyChunk>(p))];
        await Task.WhenAll(Enumerable.Range(0, workers).Select(w => Task.Run(() => WorkAsync(waiting, w % replicas.Count, cancellation), cancellation)));
    }

    private async Task WorkAsync(ConcurrentQueue<KeyChunk>[] waiting, int replica, CancellationToken cancellation)
    {
        int all = _parts.Sum(p => p.Count);
        while (TryTake(waiting, replica, out var chunk))
        {
            for (int tries = 0; !await TryAsync(replica, chunk, cancellation); tries++)
            {
                if (tries == replicas.Count) throw new InvalidOperationException("No replica answers.");
                Interlocked.Increment(ref _repeated);
                _isGone[replica] = true;
                replica = Array.IndexOf(_isGone, false);
                if (replica < 0) throw new InvalidOperationException("No replica is left.");
            }
            int done = Interlocked.Increment(ref _done);
            if (disturb is not null && done == all / 3) await disturb(1);
            if (disturb is not null && done == all * 2 / 3) await disturb(2);
        }
    }

    // What is left of the part of one that is gone is for all others.
    private bool TryTake(ConcurrentQueue<KeyChunk>[] waiting, int replica, [NotNullWhen(true)] out KeyChunk? chunk)
    {
        if (waiting[replica].TryDequeue(out chunk)) return true;
        for (int other = 0; other < waiting.Length; other++)
        {
            if (_isGone[other] && waiting[other].TryDequeue(out chunk)) return true;
        }
        return false;
    }

    private async Task<bool> TryAsync(int replica, KeyChunk chunk, CancellationToken cancellation)
    {
        try
        {
            await chunk.AskAsync(replicas[replica], cancellation);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            return false;
        }
    }
}
