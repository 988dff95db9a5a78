using IdentityGrpc.Core.Changes;

namespace IdentityGrpc.Redis.Changes;

/// <summary>How far this replica has read the log of changes and done what it says; those who must know wait here. Thread-safe.</summary>
internal sealed class ChangeProgress(TimeProvider time)
{
    private readonly Lock _lock = new();
    private ChangePosition? _reached;
    private TaskCompletionSource _moved = New(), _wanted = New();
    private volatile bool _isFollowing;

    /// <summary>Whether the log is being read, so that this replica knows what it says.</summary>
    public bool IsFollowing => _isFollowing;

    /// <summary>All up to the end has been read and done.</summary>
    public void Reach(ChangePosition end)
    {
        TaskCompletionSource? moved = null;
        lock (_lock)
        {
            if (_isFollowing && _reached == end) return;
            (_reached, _isFollowing) = (end, true);
            (moved, _moved) = (_moved, New());
        }
        moved.SetResult();
    }

    /// <summary>The log cannot be reached.</summary>
    public void Lose() => _isFollowing = false;

    /// <summary>There is reason to read on.</summary>
    public void Want()
    {
        lock (_lock) _wanted.TrySetResult();
    }

    /// <summary>Completes when there is reason to read on, once for all the reasons since the last time.</summary>
    public async Task WantedAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        try
        {
            await _wanted.Task.WaitAsync(atMost, time, cancellation);
        }
        catch (TimeoutException)
        {
            // It is read from time to time for no reason at all: a bell may be lost.
        }
        lock (_lock)
        {
            if (_wanted.Task.IsCompleted) _wanted = New();
        }
    }

    /// <summary>Whether all up to the end is done, or will be within the time.</summary>
    public async ValueTask<bool> HasReachedAsync(ChangePosition end, TimeSpan atMost, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        while (_isFollowing)
        {
            Task moved;
            lock (_lock)
            {
                if (_reached is { } reached && reached.Log == end.Log && (reached.Major, reached.Minor).CompareTo((end.Major, end.Minor)) >= 0) return true;
                moved = _moved.Task;
                _wanted.TrySetResult();
            }
            var left = atMost - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return false;
            try
            {
                await moved.WaitAsync(left, time, cancellation);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>Completes when this replica stands elsewhere than at the place.</summary>
    public async Task LeftAsync(ChangePosition place, CancellationToken cancellation)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_reached is { } reached && reached != place) return;
                moved = _moved.Task;
            }
            await moved.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
