using System.Collections.Concurrent;
using Grpc.Core;
using IdentityGrpc.V1;

namespace IdentityGrpc.Load.Batching;

/// <summary>A job over several replicas: what a killed one had not answered is asked of another.</summary>
/// <param name="replicas">A client for each.</param>
/// <param name="callsAtOnce">Calls under way at once.</param>
/// <param name="chunks">The keys of each call.</param>
/// <param name="disturb">Called once when a third of the calls are done (1), and once when two thirds are (2).</param>
internal sealed class KeyJob(IReadOnlyList<IdentityService.IdentityServiceClient> replicas, int callsAtOnce, IEnumerable<KnownPerson[]> chunks, Func<int, Task>? disturb)
{
    private readonly ConcurrentQueue<Chunk> _chunks = new(chunks.Select(people => new Chunk(people)));
    private readonly bool[] _isGone = new bool[replicas.Count];
    private int _missed, _repeated, _done, _total;

    /// <summary>Keys without their right answer.</summary>
    public int Missed => _missed;

    /// <summary>Calls that were sent again.</summary>
    public int Repeated => _repeated;

    /// <summary>Runs it to its end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _total = _chunks.Count;
        int workers = Math.Max(callsAtOnce, 2 * replicas.Count);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(w => Task.Run(() => WorkAsync(w % replicas.Count, cancellation), cancellation)));
    }

    private async Task WorkAsync(int replica, CancellationToken cancellation)
    {
        while (_chunks.TryDequeue(out var chunk))
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
            if (disturb is not null && done == _total / 3) await disturb(1);
            if (disturb is not null && done == _total * 2 / 3) await disturb(2);
        }
    }

    private async Task<bool> TryAsync(int replica, Chunk chunk, CancellationToken cancellation)
    {
        try
        {
            var answer = await replicas[replica].ResolveByContactAsync(chunk.Request, cancellationToken: cancellation);
            Interlocked.Add(ref _missed, chunk.Missed(answer));
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            return false;
        }
    }

    // Made before the job begins, as in a job that reads its keys from somewhere else.
    private sealed class Chunk
    {
        private readonly KnownPerson[] _people;

        public Chunk(KnownPerson[] people)
        {
            _people = people;
            Request.Contacts.AddRange(people.Select(p => new Contact { Email = p.Email }));
        }

        public ResolveByContactRequest Request { get; } = new() { App = "default", IdTypes = { IdType.OpenId } };

        public int Missed(ResolveByContactResponse answer)
        {
            int missed = 0;
            for (int i = 0; i < _people.Length; i++)
            {
                if (answer.Resolutions[i].Identity?.OpenId != _people[i].OpenId) missed++;
            }
            return missed;
        }
    }
}
