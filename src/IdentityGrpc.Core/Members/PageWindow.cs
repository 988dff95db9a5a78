namespace IdentityGrpc.Core.Members;

/// <summary>A department's place in a walk, and how many of its pages are asked for or read and not yet taken.</summary>
internal sealed class PagePlace(int number)
{
    public int Number { get; } = number;

    /// <summary>Guarded by the window's lock.</summary>
    public int Pages { get; set; }

    /// <summary>Guarded by the window's lock.</summary>
    public bool HasLeft { get; set; }
}

/// <summary>
/// Bounds how many pages a walk reads ahead of its reader. Earlier departments go first, and the one whose members are
/// being sent may always ask for one page, so that those ahead of it never hold it up. Thread-safe.
/// </summary>
internal sealed class PageWindow(Func<int> size)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(PagePlace Place, TaskCompletionSource Entered), int> _waiting = new();
    private int _pages;
    private int _head;

    /// <summary>Whether the department's members are the next to be sent.</summary>
    public bool IsHead(PagePlace place) => Volatile.Read(ref _head) == place.Number;

    /// <summary>Waits until a page may be asked for.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up, or the department has left.</exception>
    public Task EnterAsync(PagePlace place, CancellationToken cancellation)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((place, entered), place.Number);
            LetIn_NeedsLock();
        }
        return entered.Task.WaitAsync(cancellation);
    }

    /// <summary>A page has been taken.</summary>
    public void Exit(PagePlace place)
    {
        lock (_lock)
        {
            place.Pages--;
            _pages--;
            LetIn_NeedsLock();
        }
    }

    /// <summary>Nothing of the department is needed any more.</summary>
    public void Leave(PagePlace place)
    {
        lock (_lock)
        {
            _pages -= place.Pages;
            (place.Pages, place.HasLeft) = (0, true);
            LetIn_NeedsLock();
        }
    }

    /// <summary>The walk goes on with this department.</summary>
    public void MoveTo(PagePlace place)
    {
        lock (_lock)
        {
            Volatile.Write(ref _head, place.Number);
            LetIn_NeedsLock();
        }
    }

    private void LetIn_NeedsLock()
    {
        while (_waiting.TryPeek(out var first, out int number) && (first.Place.HasLeft || _pages < size() || (number == _head && first.Place.Pages == 0)))
        {
            _waiting.Dequeue();
            if (first.Place.HasLeft)
            {
                first.Entered.SetCanceled();
                continue;
            }
            first.Place.Pages++;
            _pages++;
            first.Entered.SetResult();
        }
    }
}
