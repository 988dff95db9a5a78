using System.Collections.Concurrent;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Redis;

/// <summary>
/// Callers that send ECHO with a text of their own without pause, so that a lost reply is a call that never ends and
/// a swapped one a wrong text. Calls that fail because the server is gone are counted and made anew.
/// </summary>
internal sealed class EchoLoad(IDatabase database, int callers)
{
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly Lock _lock = new();
    private long _answered;
    private long _failed;
    private (long Count, TaskCompletionSource Reached)? _awaited;

    public long Answered => Interlocked.Read(ref _answered);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Replies that were not the caller's own.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>Runs until <paramref name="stop"/> says so and the last call of every caller has ended.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(caller, stop), CancellationToken.None)));

    /// <summary>Completes when so many more calls than now were answered.</summary>
    public Task MoreAnswersAsync(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (Answered + count, reached);
            return reached.Task;
        }
    }

    private async Task CallAsync(int caller, CancellationToken stop)
    {
        for (var call = 0; !stop.IsCancellationRequested; call++)
        {
            // Lengths differ, so that a reader that lost its place would not find a frame again by chance.
            var text = $"{caller}:{call}:{new string('x', call % 300)}";
            try
            {
                var reply = (string?)await database.ExecuteAsync("ECHO", text);
                if (reply != text)
                {
                    _wrong.Enqueue($"sent {text}, received {reply}");
                }

                CountAnswer();
            }
            catch (Exception ex) when (ex is RedisConnectionException or RedisTimeoutException)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }

    private void CountAnswer()
    {
        var answered = Interlocked.Increment(ref _answered);
        lock (_lock)
        {
            if (answered >= _awaited?.Count)
            {
                _awaited?.Reached.TrySetResult();
            }
        }
    }
}
