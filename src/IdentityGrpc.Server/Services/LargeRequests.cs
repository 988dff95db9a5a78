using IdentityGrpc.Core.Batching;

namespace IdentityGrpc.Server.Services;

/// <summary>
/// Requests of many keys do their work on all processors but one (on one where there is no other), in turns. So lookups of few keys, and the calls of the
/// platform, by which permits are spent, do not wait behind thousands of keys that are read, kept or written.
/// </summary>
internal sealed class LargeRequests
{
    /// <summary>How many keys make a request large.</summary>
    public const int Keys = PackedLookup.ManyKeys;

    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount - 1)).ConcurrentScheduler;

    /// <summary>Does the work of a request with so many keys.</summary>
    public Task<T> RunAsync<T>(int keys, Func<Task<T>> work) => keys < Keys
        ? work()
        : Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns).Unwrap();
}
